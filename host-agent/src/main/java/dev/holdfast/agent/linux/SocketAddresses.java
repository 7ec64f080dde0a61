package dev.holdfast.agent.linux;

import com.google.common.net.InetAddresses;
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
    public static final int SOCKADDR_IN_SIZE = SockaddrIn.SIZE;
    public static final int SOCKADDR_IN6_SIZE = SockaddrIn6.SIZE;
    /** Room for the longest socket address, struct sockaddr_storage. */
    public static final int SOCKADDR_STORAGE_SIZE = 128;

    private static final ValueLayout.OfShort NETWORK_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketAddresses() {}

    /** The first field of every socket address; sockaddr(3type). */
    public static int family(MemorySegment address) {
        return address.get(ValueLayout.JAVA_SHORT_UNALIGNED, SockaddrIn.FAMILY);
    }

    /** Null when it is neither IPv4 nor IPv6. */
    public static @Nullable InetSocketAddress decode(MemorySegment address) {
        return switch (family(address)) {
            case AF_INET -> SockaddrIn.read(address);
            case AF_INET6 -> SockaddrIn6.read(address);
            default -> null;
        };
    }

    /** Without its scope a link-local address cannot be connected to. */
    static InetAddress inet(MemorySegment bytes, int scope) {
        byte[] address = bytes.toArray(ValueLayout.JAVA_BYTE);
        try {
            return scope == 0 ? InetAddress.getByAddress(address) : Inet6Address.getByAddress(null, address, scope);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static int port(MemorySegment address, long offset) {
        return Short.toUnsignedInt(address.get(NETWORK_SHORT, offset));
    }

    static void port(MemorySegment address, long offset, int port) {
        address.set(NETWORK_SHORT, offset, (short) port);
    }

    /** An IPv4 address as an IPv6 socket has it, "::ffff:127.0.0.1"; an IPv6 one as it is. */
    public static Inet6Address mapped(InetAddress address) {
        if (address instanceof Inet6Address six) {
            return six;
        }
        byte[] bytes = new byte[16];
        bytes[10] = -1;
        bytes[11] = -1;
        System.arraycopy(address.getAddress(), 0, bytes, 12, 4);
        try {
            return Inet6Address.getByAddress(null, bytes, 0);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Writes the address and returns its length. */
    public static int encode(InetSocketAddress address, MemorySegment into) {
        into.fill((byte) 0);
        return switch (address.getAddress()) {
            case Inet4Address four -> {
                SockaddrIn.write(four, address.getPort(), into);
                yield SockaddrIn.SIZE;
            }
            case Inet6Address six -> {
                SockaddrIn6.write(six, address.getPort(), into);
                yield SockaddrIn6.SIZE;
            }
            case InetAddress other -> throw new IllegalArgumentException("not an IP address: " + other);
        };
    }

    /** The address as a socket of that family has it. */
    public static byte[] encoded(InetSocketAddress address, int family) {
        InetAddress own = family == AF_INET6 ? mapped(address.getAddress()) : address.getAddress();
        byte[] bytes = new byte[family == AF_INET6 ? SOCKADDR_IN6_SIZE : SOCKADDR_IN_SIZE];
        encode(new InetSocketAddress(own, address.getPort()), MemorySegment.ofArray(bytes));
        return bytes;
    }

    /** "127.0.0.1:8080", "[::1]:8080". */
    public static String text(InetSocketAddress address) {
        String host = InetAddresses.toAddrString(address.getAddress());
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
