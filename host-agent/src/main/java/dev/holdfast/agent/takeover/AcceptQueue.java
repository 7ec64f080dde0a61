package dev.holdfast.agent.takeover;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Connections that a process of the new server takes by itself when it accepts ({@link Shortcut}), in memory that it shares
 * with the agent. An entry is taken by whoever moves {@code next} past it, the server's threads and the agent alike; so
 * each is taken once, and that a process forks, ends or becomes another program changes nothing about it.
 *
 * <p>No entry is used twice: a thread may have taken one and not have read it for long.
 */
final class AcceptQueue {
    // The header, then entries: int descriptor, the peer as struct sockaddr.
    static final int LISTENER = 0;
    static final int FLAGS = 4;
    static final int NEXT = 8;
    static final int LIMIT = 16;
    static final int PEER_LENGTH = 24;
    static final int HEADER = 64;
    static final int ENTRY = 32;
    static final int PEER = 4;

    /** Above every limit: whoever compares takes nothing. */
    private static final long CLOSED = -1;

    private static final int NO_LISTENER = -1;
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private final long address;
    private final MemorySegment memory;
    private final int capacity;
    private int added;
    /** How many the agent knows to be taken. */
    private int known;

    private boolean closed;

    /**
     * Empty; the first {@link #add} decides whose connections it has.
     *
     * @param memory zeros, of which the process has a mapping too
     * @param address at which the process has it
     */
    AcceptQueue(MemorySegment memory, long address) {
        this.memory = memory;
        this.address = address;
        this.capacity = (int) ((memory.byteSize() - HEADER) / ENTRY);
        memory.set(ValueLayout.JAVA_INT, LISTENER, NO_LISTENER);
        LONG.setVolatile(memory, (long) LIMIT, at(0));
        LONG.setVolatile(memory, (long) NEXT, at(0));
    }

    static long size(int capacity) {
        return HEADER + (long) capacity * ENTRY;
    }

    private long at(int index) {
        return address + HEADER + (long) index * ENTRY;
    }

    /** Whether what is accepted by that descriptor, with those flags of accept4(2), can come from here. */
    boolean serves(int listener, int flags) {
        int mine = memory.get(ValueLayout.JAVA_INT, LISTENER);
        return !closed
                && added < capacity
                && (mine == NO_LISTENER || (mine == listener && memory.get(ValueLayout.JAVA_INT, FLAGS) == flags));
    }

    /** One more, unless there is no room for it or it is unlike the others; {@link #serves} said yes to these. */
    boolean add(int listener, int flags, int descriptor, byte[] peer) {
        boolean first = added == 0;
        boolean alike = first || memory.get(ValueLayout.JAVA_INT, PEER_LENGTH) == peer.length;
        if (added == capacity || peer.length > ENTRY - PEER || !alike) {
            return false;
        }
        if (first) {
            memory.set(ValueLayout.JAVA_INT, PEER_LENGTH, peer.length);
            memory.set(ValueLayout.JAVA_INT, FLAGS, flags);
            INT.setRelease(memory, (long) LISTENER, listener);
        }
        MemorySegment entry = memory.asSlice(HEADER + (long) added * ENTRY, ENTRY);
        entry.set(ValueLayout.JAVA_INT, 0, descriptor);
        MemorySegment.copy(MemorySegment.ofArray(peer), 0, entry, PEER, peer.length);
        added++;
        LONG.setVolatile(memory, (long) LIMIT, at(added));
        return true;
    }

    /** Entries that are not known to be taken. */
    int left() {
        return added - known;
    }

    /** How many were taken since that was asked last: the oldest of those that were left. */
    int taken() {
        long next = (long) LONG.getVolatile(memory, (long) NEXT);
        return closed ? 0 : count(next);
    }

    private int count(long next) {
        int index = (int) ((next - at(0)) / ENTRY);
        int taken = index - known;
        known = index;
        return taken;
    }

    /** Takes the oldest one for the agent; false when the server was faster, or there is none. */
    boolean take() {
        boolean mine = !closed && known < added && LONG.compareAndSet(memory, (long) NEXT, at(known), at(known + 1));
        if (mine) {
            known++;
        }
        return mine;
    }

    /** From now on nobody takes one; how many were taken since that was asked last. */
    int close() {
        if (closed) {
            return 0;
        }
        long next = (long) LONG.getAndSet(memory, (long) NEXT, CLOSED);
        closed = true;
        int taken = count(next);
        added = known;
        return taken;
    }
}
