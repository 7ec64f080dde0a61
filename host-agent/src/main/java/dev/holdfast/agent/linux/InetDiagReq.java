package dev.holdfast.agent.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;

/**
 * struct inet_diag_req_v2 of sock_diag(7): all sockets, or one that is named.
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
    /** struct inet_diag_sockid. */
    static final int ID = 8;

    static final int SOURCE_PORT = ID;
    static final int DESTINATION_PORT = ID + 2;
    static final int SOURCE = ID + 4;
    static final int DESTINATION = ID + 20;
    static final int COOKIE = ID + 40;
    /** INET_DIAG_NOCOOKIE, twice. */
    private static final long NO_COOKIE = -1;

    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    void write(MemorySegment into) {
        into.set(ValueLayout.JAVA_BYTE, FAMILY, (byte) family);
        into.set(ValueLayout.JAVA_BYTE, PROTOCOL, (byte) protocol);
        into.set(ValueLayout.JAVA_BYTE, EXTENSIONS, (byte) extensions);
        into.set(ValueLayout.JAVA_INT, STATES, states);
    }

    /** With the name of the one that is asked for, whatever its cookie; both addresses are of the request's family. */
    void write(MemorySegment into, InetSocketAddress local, InetSocketAddress peer) {
        write(into);
        into.set(PORT, SOURCE_PORT, (short) local.getPort());
        into.set(PORT, DESTINATION_PORT, (short) peer.getPort());
        byte[] source = local.getAddress().getAddress();
        byte[] destination = peer.getAddress().getAddress();
        MemorySegment.copy(source, 0, into, ValueLayout.JAVA_BYTE, SOURCE, source.length);
        MemorySegment.copy(destination, 0, into, ValueLayout.JAVA_BYTE, DESTINATION, destination.length);
        into.set(ValueLayout.JAVA_LONG_UNALIGNED, COOKIE, NO_COOKIE);
    }
}
