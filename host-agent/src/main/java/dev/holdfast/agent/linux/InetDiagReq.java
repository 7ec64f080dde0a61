package dev.holdfast.agent.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * struct inet_diag_req_v2 of sock_diag(7), with no socket named: all of them.
 *
 * @param extensions a bit for each INET_DIAG_ attribute that is asked for, INET_DIAG_MEMINFO being the first
 * @param states a bit for each TCP_ state
 */
record InetDiagReq(int family, int protocol, int extensions, int states) {
    static final int SIZE = 56;
    static final int FAMILY = 0;
    static final int PROTOCOL = 1;
    static final int EXTENSIONS = 2;
    static final int STATES = 4;

    void write(MemorySegment into) {
        into.set(ValueLayout.JAVA_BYTE, FAMILY, (byte) family);
        into.set(ValueLayout.JAVA_BYTE, PROTOCOL, (byte) protocol);
        into.set(ValueLayout.JAVA_BYTE, EXTENSIONS, (byte) extensions);
        into.set(ValueLayout.JAVA_INT, STATES, states);
    }
}
