package dev.holdfast.agent.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * struct rtattr of rtnetlink(7).
 *
 * @param length bytes of header and content
 */
record RtAttr(int length, int type) {
    static final int SIZE = 4;
    static final int LENGTH = 0;
    static final int TYPE = 2;

    static RtAttr read(MemorySegment from, long at) {
        return new RtAttr(
                Short.toUnsignedInt(from.get(ValueLayout.JAVA_SHORT, at + LENGTH)),
                from.get(ValueLayout.JAVA_SHORT, at + TYPE));
    }

    /** From this attribute to the next one. */
    int step() {
        return length + 3 & ~3;
    }

    void write(MemorySegment into) {
        into.set(ValueLayout.JAVA_SHORT, LENGTH, (short) length);
        into.set(ValueLayout.JAVA_SHORT, TYPE, (short) type);
    }
}
