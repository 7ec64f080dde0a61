package dev.holdfast.agent.observer;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One direction of a connection, put together from its segments; what comes twice counts once. */
final class Stream {
    /** What may wait for a segment that is missing. */
    private static final int MOST_AHEAD = 128 << 10;

    private final int first;
    private final Consumer<ByteBuffer> sink;
    private final TreeMap<Long, byte[]> ahead = new TreeMap<>();
    private int aheadBytes;
    private long length;

    /**
     * Begins.
     *
     * @param first sequence number of its first byte
     * @param sink is given its bytes in order, to be read at once
     */
    Stream(int first, Consumer<ByteBuffer> sink) {
        this.first = first;
        this.sink = sink;
    }

    /** The sequence number of its first byte. */
    int first() {
        return first;
    }

    /** How many bytes have come without a gap. */
    long length() {
        return length;
    }

    /** The sequence number of the byte that is to come next. */
    int next() {
        return first + (int) length;
    }

    /** Whether bytes have come of which those before are missing. */
    boolean hasGap() {
        return !ahead.isEmpty();
    }

    /** False when too much is missing to ever go on. */
    boolean add(int sequence, ByteBuffer payload) {
        long at = length + (sequence - next());
        if (at > length) {
            return putAside(at, payload);
        }
        give(at, payload);
        while (!ahead.isEmpty() && ahead.firstKey() <= length) {
            Map.Entry<Long, byte[]> entry = ahead.pollFirstEntry();
            aheadBytes -= entry.getValue().length;
            give(entry.getKey(), ByteBuffer.wrap(entry.getValue()));
        }
        return true;
    }

    private void give(long at, ByteBuffer bytes) {
        long known = length - at;
        if (known < bytes.remaining()) {
            ByteBuffer fresh = bytes.slice(bytes.position() + (int) known, bytes.remaining() - (int) known);
            length += fresh.remaining();
            sink.accept(fresh);
        }
    }

    private boolean putAside(long at, ByteBuffer payload) {
        if (aheadBytes + payload.remaining() > MOST_AHEAD) {
            return false;
        }
        byte[] bytes = new byte[payload.remaining()];
        payload.duplicate().get(bytes);
        byte[] before = ahead.get(at);
        if (before == null || before.length < bytes.length) {
            aheadBytes += bytes.length - (before == null ? 0 : before.length);
            ahead.put(at, bytes);
        }
        return true;
    }
}
