package dev.holdfast.agent.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * struct cmsghdr of cmsg(3); the data comes right behind it.
 *
 * @param length bytes of header and data, without padding
 */
record CmsgHdr(long length, int level, int type) {
    static final int SIZE = 16;
    static final int LENGTH = 0;
    static final int LEVEL = 8;
    static final int TYPE = 12;

    void write(MemorySegment into) {
        into.set(ValueLayout.JAVA_LONG_UNALIGNED, LENGTH, length);
        into.set(ValueLayout.JAVA_INT_UNALIGNED, LEVEL, level);
        into.set(ValueLayout.JAVA_INT_UNALIGNED, TYPE, type);
    }

    static CmsgHdr read(MemorySegment from) {
        return new CmsgHdr(
                from.get(ValueLayout.JAVA_LONG_UNALIGNED, LENGTH),
                from.get(ValueLayout.JAVA_INT_UNALIGNED, LEVEL),
                from.get(ValueLayout.JAVA_INT_UNALIGNED, TYPE));
    }

    /** CMSG_SPACE: what a header with that much data takes with its padding. */
    static int space(int data) {
        return SIZE + (data + 7) / 8 * 8;
    }
}
