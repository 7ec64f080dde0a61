package dev.holdfast.agent.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetSocketAddress;

/** struct sockaddr_in of ip(7). */
final class SockaddrIn {
    static final int SIZE = 16;
    static final int FAMILY = 0;
    static final int PORT = 2;
    static final int ADDRESS = 4;
    private static final int ADDRESS_SIZE = 4;

    private SockaddrIn() {}

    static InetSocketAddress read(MemorySegment from) {
        return new InetSocketAddress(
                SocketAddresses.inet(from.asSlice(ADDRESS, ADDRESS_SIZE), 0), SocketAddresses.port(from, PORT));
    }

    static void write(Inet4Address address, int port, MemorySegment into) {
        into.set(ValueLayout.JAVA_SHORT_UNALIGNED, FAMILY, (short) SocketAddresses.AF_INET);
        SocketAddresses.port(into, PORT, port);
        MemorySegment.copy(address.getAddress(), 0, into, ValueLayout.JAVA_BYTE, ADDRESS, ADDRESS_SIZE);
    }
}
