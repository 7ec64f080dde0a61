package dev.holdfast.agent.protocol;

/** Requests that are not answered yet, in order: where each begins and ends in the client's stream, and its kind. */
final class OpenRequests {
    /** More than any client should have underway. */
    static final int LIMIT = 16_384;
    /** The end of a request of which the head has come and the rest has not. */
    static final long UNENDED = Long.MAX_VALUE >> 16;
    /** A bit of the kind: no answer is due. */
    static final int UNASKED = 0x8000;

    /** Pairs: the begin, and the end with the kind in the lowest 16 bits. */
    private long[] ring = new long[8];

    private int head;
    private int size;

    void add(long begin, long end, int kind) {
        if (size * 2 == ring.length) {
            grow();
        }
        int at = index(size);
        ring[at] = begin;
        ring[at + 1] = end << 16 | kind;
        size++;
    }

    private void grow() {
        long[] larger = new long[ring.length * 2];
        System.arraycopy(ring, head * 2, larger, 0, ring.length - head * 2);
        System.arraycopy(ring, 0, larger, ring.length - head * 2, head * 2);
        ring = larger;
        head = 0;
    }

    /** Ends the last request, if it is still open and without an end. */
    boolean endLast(long end) {
        if (size == 0 || end(size - 1) != UNENDED) {
            return false;
        }
        ring[index(size - 1) + 1] = end << 16 | kind(size - 1);
        return true;
    }

    /** Removes the first and returns its end. */
    long remove() {
        long end = end(0);
        head = (head + 1) & (ring.length / 2 - 1);
        size--;
        return end;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    long begin(int request) {
        return ring[index(request)];
    }

    long end(int request) {
        return ring[index(request) + 1] >> 16;
    }

    int kind(int request) {
        return (int) ring[index(request) + 1] & 0xffff;
    }

    boolean isAsked(int request) {
        return (kind(request) & UNASKED) == 0;
    }

    private int index(int request) {
        return ((head + request) & (ring.length / 2 - 1)) * 2;
    }
}
