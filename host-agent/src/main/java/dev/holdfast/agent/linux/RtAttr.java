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

    void write(MemorySegment into) {
        into.set(ValueLayout.JAVA_SHORT, LENGTH, (short) length);
        into.set(ValueLayout.JAVA_SHORT, TYPE, (short) type);
    }
}
