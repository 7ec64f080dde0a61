package dev.holdfast.agent.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * struct sockaddr_in and sockaddr_in6 (ip(7), ipv6(7)). A mapped IPv4 peer of a dual-stack socket comes out as the
 * IPv4 address that it is.
 */
public final class SocketAddresses {
    public static final int AF_UNIX = 1;
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int SOCKADDR_IN_SIZE = 16;
    public static final int SOCKADDR_IN6_SIZE = 28;
    /** Room for the longest socket address, struct sockaddr_storage. */
    public static final int SOCKADDR_STORAGE_SIZE = 128;

    private static final ValueLayout.OfShort NETWORK_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort FAMILY = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt SCOPE = ValueLayout.JAVA_INT_UNALIGNED;

    private SocketAddresses() {}

    public static int family(MemorySegment address) {
        return address.get(FAMILY, 0);
    }

    /** Null when it is neither IPv4 nor IPv6. */
    public static @Nullable InetSocketAddress decode(MemorySegment address) {
        int port = address.get(NETWORK_SHORT, 2) & 0xffff;
        return switch (family(address)) {
            case AF_INET -> new InetSocketAddress(inet(address.asSlice(4, 4)), port);
            case AF_INET6 -> new InetSocketAddress(inet(address.asSlice(8, 16)), port);
            default -> null;
        };
    }

    private static InetAddress inet(MemorySegment bytes) {
        try {
            return InetAddress.getByAddress(bytes.toArray(ValueLayout.JAVA_BYTE));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Writes the address and returns its length. */
    public static int encode(InetSocketAddress address, MemorySegment into) {
        into.fill((byte) 0);
        byte[] bytes = address.getAddress().getAddress();
        into.set(NETWORK_SHORT, 2, (short) address.getPort());
        return switch (address.getAddress()) {
            case Inet4Address _ -> {
                into.set(FAMILY, 0, (short) AF_INET);
                MemorySegment.copy(bytes, 0, into, ValueLayout.JAVA_BYTE, 4, 4);
                yield SOCKADDR_IN_SIZE;
            }
            case Inet6Address six -> {
                into.set(FAMILY, 0, (short) AF_INET6);
                MemorySegment.copy(bytes, 0, into, ValueLayout.JAVA_BYTE, 8, 16);
                into.set(SCOPE, 24, six.getScopeId());
                yield SOCKADDR_IN6_SIZE;
            }
            case InetAddress other -> throw new IllegalArgumentException("not an IP address: " + other);
        };
    }

    /** "127.0.0.1:8080", "[::1]:8080". */
    public static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
