package dev.holdfast.agent.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** struct iovec of readv(2): a buffer, in this process or another. */
record Iovec(long base, long length) {
    static final int SIZE = 16;
    static final int BASE = 0;
    static final int LENGTH = 8;

    void write(MemorySegment into) {
        into.set(ValueLayout.JAVA_LONG_UNALIGNED, BASE, base);
        into.set(ValueLayout.JAVA_LONG_UNALIGNED, LENGTH, length);
    }
}
