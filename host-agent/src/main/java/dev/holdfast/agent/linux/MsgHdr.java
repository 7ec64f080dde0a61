package dev.holdfast.agent.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * struct msghdr of recvmsg(2), without a peer's address.
 *
 * @param buffers where the struct iovec are
 * @param bufferCount how many
 * @param control where the first struct cmsghdr is, or goes
 * @param controlLength bytes of all of them with their padding
 */
record MsgHdr(long buffers, long bufferCount, long control, long controlLength) {
    static final int SIZE = 56;
    static final int BUFFERS = 16;
    static final int BUFFER_COUNT = 24;
    static final int CONTROL = 32;
    static final int CONTROL_LENGTH = 40;
    static final int FLAGS = 48;

    void write(MemorySegment into) {
        into.set(ValueLayout.JAVA_LONG_UNALIGNED, BUFFERS, buffers);
        into.set(ValueLayout.JAVA_LONG_UNALIGNED, BUFFER_COUNT, bufferCount);
        into.set(ValueLayout.JAVA_LONG_UNALIGNED, CONTROL, control);
        into.set(ValueLayout.JAVA_LONG_UNALIGNED, CONTROL_LENGTH, controlLength);
    }

    /** What the kernel says of a message that came. */
    static int flags(MemorySegment header) {
        return header.get(ValueLayout.JAVA_INT_UNALIGNED, FLAGS);
    }
}
