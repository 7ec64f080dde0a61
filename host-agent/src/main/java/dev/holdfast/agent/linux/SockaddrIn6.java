package dev.holdfast.agent.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** struct sockaddr_in6 of ipv6(7). */
final class SockaddrIn6 {
    static final int SIZE = 28;
    static final int FAMILY = 0;
    static final int PORT = 2;
    static final int ADDRESS = 8;
    static final int SCOPE = 24;
    private static final int ADDRESS_SIZE = 16;

    private SockaddrIn6() {}

    static InetSocketAddress read(MemorySegment from) {
        int scope = from.get(ValueLayout.JAVA_INT_UNALIGNED, SCOPE);
        return new InetSocketAddress(
                SocketAddresses.inet(from.asSlice(ADDRESS, ADDRESS_SIZE), scope), SocketAddresses.port(from, PORT));
    }

    static void write(Inet6Address address, int port, MemorySegment into) {
        into.set(ValueLayout.JAVA_SHORT_UNALIGNED, FAMILY, (short) SocketAddresses.AF_INET6);
        SocketAddresses.port(into, PORT, port);
        MemorySegment.copy(address.getAddress(), 0, into, ValueLayout.JAVA_BYTE, ADDRESS, ADDRESS_SIZE);
        into.set(ValueLayout.JAVA_INT_UNALIGNED, SCOPE, address.getScopeId());
    }
}
