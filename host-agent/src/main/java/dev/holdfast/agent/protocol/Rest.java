package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The rest of an answer whose beginning was not seen: looked through for what ends one. */
final class Rest {
    private static final long NOT_TRIED = -1;

    private final long tail;
    private final long mask;
    private long last;
    private long tried = NOT_TRIED;

    /** What ends an answer, at most eight bytes; empty if there is nothing that could be told. */
    Rest(String tail) {
        long bytes = 0;
        for (byte b : tail.getBytes(StandardCharsets.US_ASCII)) {
            bytes = bytes << 8 | b;
        }
        this.tail = bytes;
        mask = tail.isEmpty() ? 0 : -1L >>> (64 - 8 * tail.length());
    }

    /**
     * Begins one.
     *
     * @param atLine whether it may be the beginning of a line
     */
    void begin(boolean atLine, long at) {
        last = atLine ? '\r' << 8 | '\n' : 0;
        tried = at;
    }

    /** Skips; true where an answer may begin. */
    boolean skip(ByteBuffer in, Ledger ledger) {
        // The client asked when all up to here had come: what follows may be the answer.
        long next = ledger.sentAtBegin();
        int limit = in.limit();
        long base = ledger.at(in) - in.position();
        int stop = next > tried && next >= base + in.position() && next - base < limit ? (int) (next - base) : limit;
        if (mask == 0) {
            in.position(stop);
        }
        while (in.position() < stop) {
            last = last << 8 | (in.get() & 0xff);
            if ((last & mask) == tail) {
                return true;
            }
        }
        return in.position() < limit;
    }
}
