package dev.holdfast.agent.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;

/**
 * struct inet_diag_msg: a TCP socket of this network namespace.
 *
 * @param state a TCP_ state of linux/tcp_states.h, as {@link SockDiag#LISTEN}
 * @param remote port 0 for a listening socket
 * @param cookie tells it from every other socket since boot
 * @param uid of its owner
 * @param inode what /proc/PID/fd calls it; 0 while nobody has accepted it
 */
public record TcpSocket(
        int state, InetSocketAddress local, InetSocketAddress remote, long cookie, int uid, long inode) {
    static final int SIZE = 72;
    static final int FAMILY = 0;
    static final int STATE = 1;
    /** struct inet_diag_sockid. */
    static final int ID = 4;

    static final int SOURCE_PORT = ID;
    static final int DESTINATION_PORT = ID + 2;
    static final int SOURCE = ID + 4;
    static final int DESTINATION = ID + 20;
    static final int COOKIE = ID + 40;
    static final int UID = 64;
    static final int INODE = 68;

    /** Whether a process has it. */
    public boolean isAccepted() {
        return inode != 0;
    }

    static TcpSocket read(MemorySegment message, Addresses sources, Addresses destinations) {
        int length = message.get(ValueLayout.JAVA_BYTE, FAMILY) == SocketAddresses.AF_INET ? 4 : 16;
        return new TcpSocket(
                message.get(ValueLayout.JAVA_BYTE, STATE),
                new InetSocketAddress(
                        sources.read(message, SOURCE, length), SocketAddresses.port(message, SOURCE_PORT)),
                new InetSocketAddress(
                        destinations.read(message, DESTINATION, length),
                        SocketAddresses.port(message, DESTINATION_PORT)),
                message.get(ValueLayout.JAVA_LONG_UNALIGNED, COOKIE),
                message.get(ValueLayout.JAVA_INT_UNALIGNED, UID),
                Integer.toUnsignedLong(message.get(ValueLayout.JAVA_INT_UNALIGNED, INODE)));
    }
}
