package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A copy of every TCP segment from and to some ports, on whatever interface of this network namespace; packet(7). What does
 * not fit into its buffer is lost. One thread at a time.
 */
public final class PacketSocket implements AutoCloseable {
    private static final int AF_PACKET = 17;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_STATISTICS = 6;
    /** struct tpacket_stats: packets that came, and of these those that were lost. */
    private static final int STATISTICS_SIZE = 8;

    private static final int LOST = 4;
    private static final int SOCK_DGRAM = 2;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int MSG_DONTWAIT = 0x40;
    /** ETH_P_ALL in network byte order. */
    private static final short EVERY_PROTOCOL = 0x0300;
    /** sizeof(struct sockaddr_ll): family, protocol, and what stays zero for every interface. */
    static final int ADDRESS_SIZE = 20;

    static final int PROTOCOL = 2;

    private static final int ROOM = 16 << 20;
    /** What the kernel counts for a packet besides its bytes, at the least. */
    private static final int OVERHEAD = 512;
    /** More than the largest segment that the kernel puts together. */
    private static final int LARGEST = 1 << 18;

    private static final MethodHandle SETSOCKOPT = Native.function("setsockopt", INT, INT, INT, INT, POINTER, INT);
    private static final MethodHandle BIND = Native.function("bind", INT, INT, POINTER, INT);
    private static final MethodHandle RECV = Native.function("recv", LONG, INT, POINTER, LONG, INT);

    /** Its own: whoever reads the tap may be on another thread than those who ask of connections. */
    private final Sockets statistics = new Sockets();

    private final OwnedFd fd;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(LARGEST, 8);
    private final ByteBuffer bytes = buffer.asByteBuffer();

    private PacketSocket(OwnedFd fd) {
        this.fd = fd;
    }

    /** Empty without CAP_NET_RAW, or where there are no packet sockets. */
    public static Optional<PacketSocket> open(Sockets sockets, Collection<Integer> ports) {
        PacketSocket socket;
        try {
            socket = new PacketSocket(sockets.socket(AF_PACKET, SOCK_DGRAM));
        } catch (SyscallException e) {
            return Optional.empty();
        }
        try {
            socket.start(ports);
            return Optional.of(socket);
        } catch (SyscallException e) {
            socket.close();
            return Optional.empty();
        }
    }

    /** The filter comes first: only a bound packet socket gets packets. */
    private void start(Collection<Integer> ports) {
        PacketFilter.of(arena, ports).write(buffer);
        set(SO_ATTACH_FILTER, BpfProgram.SIZE);
        buffer.set(INT, 0, ROOM);
        try {
            set(SO_RCVBUFFORCE, Integer.BYTES);
        } catch (SyscallException e) {
            // Without CAP_NET_ADMIN the usual room has to do.
        }
        buffer.asSlice(0, ADDRESS_SIZE).fill((byte) 0);
        buffer.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
        buffer.set(ValueLayout.JAVA_SHORT, PROTOCOL, EVERY_PROTOCOL);
        try {
            Native.check("bind", (int) BIND.invokeExact(Native.errnoSlot(), fd.number(), buffer, ADDRESS_SIZE));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    private void set(int option, int size) {
        try {
            int result = (int)
                    SETSOCKOPT.invokeExact(Native.errnoSlot(), fd.number(), Sockets.SOL_SOCKET, option, buffer, size);
            Native.check("setsockopt", result);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** How many were lost since this was asked last. */
    public int lost() {
        statistics.struct(fd, SOL_PACKET, PACKET_STATISTICS, STATISTICS_SIZE);
        return statistics.intAt(LOST);
    }

    /**
     * Has all packets looked at that had come when it was called, each good for the moment of the call; perhaps some more, but
     * it ends, however many go on to come.
     *
     * @return whether none is left
     */
    public boolean forEach(Consumer<ByteBuffer> work) {
        // The kernel doubles what is asked for.
        long left = 2L * ROOM;
        while (left > 0) {
            Optional<ByteBuffer> packet = next();
            if (packet.isEmpty()) {
                return true;
            }
            left -= packet.get().remaining() + OVERHEAD;
            work.accept(packet.get());
        }
        return false;
    }

    /** The next packet from its IP header on, good until the next call; empty when none has come. Returns at once. */
    Optional<ByteBuffer> next() {
        try {
            while (true) {
                long length =
                        (long) RECV.invokeExact(Native.errnoSlot(), fd.number(), buffer, (long) LARGEST, MSG_DONTWAIT);
                if (length >= 0) {
                    return Optional.of(bytes.clear().limit((int) length));
                }
                switch (Native.errno()) {
                    case Errno.EAGAIN -> {
                        return Optional.empty();
                    }
                    // An interface went down: told once.
                    case Errno.EINTR, Errno.ENETDOWN -> {}
                    default -> throw new SyscallException("recv", Native.errno());
                }
            }
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    @Override
    public void close() {
        fd.close();
        statistics.close();
        arena.close();
    }
}
