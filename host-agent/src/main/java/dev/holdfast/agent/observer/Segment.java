package dev.holdfast.agent.observer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A TCP segment, RFC 9293.
 *
 * @param sequence of its first byte, or of its SYN
 * @param acknowledged the next byte that its sender expects
 */
record Segment(
        InetSocketAddress source,
        InetSocketAddress destination,
        int sequence,
        int acknowledged,
        int flags,
        ByteBuffer payload) {
    private static final int FIN = 0x01;
    private static final int SYN = 0x02;
    private static final int RST = 0x04;
    private static final int ACK = 0x10;
    private static final int TCP_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int IPV4_HEADER = 20;

    /** Empty for what is cut off or no such packet; the payload is a part of the packet. */
    static Optional<Segment> of(ByteBuffer packet) {
        if (packet.remaining() < IPV4_HEADER) {
            return Optional.empty();
        }
        return switch (packet.get(0) >> 4 & 0xf) {
            case 4 -> {
                int header = (packet.get(0) & 0xf) * 4;
                int total = Short.toUnsignedInt(packet.getShort(2));
                yield tcp(packet, address(packet, 12, 4), address(packet, 16, 4), header, total);
            }
            case 6 -> {
                int payload = packet.remaining() < IPV6_HEADER ? 0 : Short.toUnsignedInt(packet.getShort(4));
                yield packet.remaining() < IPV6_HEADER
                        ? Optional.empty()
                        : tcp(
                                packet,
                                address(packet, 8, 16),
                                address(packet, 24, 16),
                                IPV6_HEADER,
                                payload == 0 ? 0 : payload + IPV6_HEADER);
            }
            default -> Optional.empty();
        };
    }

    /** Segments that the kernel put together may be longer than their header can say: then it says 0. */
    private static Optional<Segment> tcp(
            ByteBuffer packet, InetAddress source, InetAddress destination, int at, int total) {
        int end = total == 0 ? packet.limit() : total;
        if (end > packet.limit() || at + TCP_HEADER > end) {
            return Optional.empty();
        }
        int data = at + (packet.get(at + 12) >> 4 & 0xf) * 4;
        if (data > end) {
            return Optional.empty();
        }
        return Optional.of(new Segment(
                new InetSocketAddress(source, Short.toUnsignedInt(packet.getShort(at))),
                new InetSocketAddress(destination, Short.toUnsignedInt(packet.getShort(at + 2))),
                packet.getInt(at + 4),
                packet.getInt(at + 8),
                packet.get(at + 13),
                packet.slice(data, end - data)));
    }

    private static InetAddress address(ByteBuffer packet, int at, int length) {
        byte[] bytes = new byte[length];
        packet.get(at, bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The client's first one. */
    boolean opens() {
        return (flags & (SYN | ACK)) == SYN;
    }

    boolean isSyn() {
        return (flags & SYN) != 0;
    }

    /** Whether its sender says no more. */
    boolean ends() {
        return (flags & (FIN | RST)) != 0;
    }

    boolean acknowledges() {
        return (flags & ACK) != 0;
    }
}
