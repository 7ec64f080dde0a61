package dev.holdfast.agent.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * struct nlmsghdr of netlink(7).
 *
 * @param length bytes of header and message, without padding
 */
record NlMsgHdr(int length, short type, short flags) {
    static final int SIZE = 16;
    static final int LENGTH = 0;
    static final int TYPE = 4;
    static final int FLAGS = 6;

    void write(MemorySegment into) {
        into.set(ValueLayout.JAVA_INT, LENGTH, length);
        into.set(ValueLayout.JAVA_SHORT, TYPE, type);
        into.set(ValueLayout.JAVA_SHORT, FLAGS, flags);
    }

    static NlMsgHdr read(MemorySegment from, long at) {
        return new NlMsgHdr(
                from.get(ValueLayout.JAVA_INT, at + LENGTH),
                from.get(ValueLayout.JAVA_SHORT, at + TYPE),
                from.get(ValueLayout.JAVA_SHORT, at + FLAGS));
    }

    boolean has(short flag) {
        return (flags & flag) != 0;
    }

    /** From this header to the next one; NLMSG_ALIGN of netlink(3). */
    int step() {
        return length + 3 & ~3;
    }
}
