package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * What only TCP_REPAIR shows of a connection (linux/tcp.h; needs CAP_NET_ADMIN): where the last segment of the client that
 * counted began, and what was written and has not arrived. Repair is on for the moment of the reading.
 */
public final class TcpRepair {
    private static final int TCP_REPAIR = 19;
    private static final int TCP_REPAIR_QUEUE = 20;
    private static final int TCP_QUEUE_SEQ = 21;
    private static final int TCP_REPAIR_WINDOW = 29;
    /** sizeof(struct tcp_repair_window), which begins with snd_wl1. */
    static final int WINDOW_SIZE = 20;
    /** Up to where what came was acknowledged, offset of rcv_wup. */
    static final int RCV_WUP = 16;

    private static final int RECV_QUEUE = 1;
    private static final int SEND_QUEUE = 2;
    private static final int MSG_PEEK = 0x02;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int ON = 1;
    private static final int OFF_NO_PROBE = -1;
    private static final int SO_REUSEADDR = 2;

    private static final MethodHandle RECV = Native.function("recv", LONG, INT, POINTER, LONG, INT);

    private TcpRepair() {}

    /**
     * What was written and is not acknowledged yet, sent or not.
     *
     * @param sequence of its first byte
     */
    public record Unacknowledged(int sequence, ByteBuffer bytes) {}
    /** Whether this agent may put connections into that mode, tried on a socket of its own. */
    public static boolean permitted(Sockets sockets) {
        try (OwnedFd own = sockets.socket(SocketAddresses.AF_INET, Sockets.SOCK_STREAM)) {
            sockets.setOption(own, Sockets.IPPROTO_TCP, TCP_REPAIR, ON);
            return true;
        } catch (SyscallException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            return false;
        }
    }

    /**
     * Ends the mode in which an agent that was killed may have left a connection. A server that goes on with it finds that
     * reads and writes fail, and closes it without its client being told.
     */
    public static void end(Sockets sockets, OwnedFd fd) {
        if (sockets.option(fd, Sockets.IPPROTO_TCP, TCP_REPAIR) == ON) {
            sockets.setOption(fd, Sockets.IPPROTO_TCP, TCP_REPAIR, OFF_NO_PROBE);
            // The mode took it away, and what it was nobody knows; without it no listener could be bound beside this.
            sockets.setOption(fd, Sockets.SOL_SOCKET, SO_REUSEADDR, 1);
        }
    }

    /**
     * How many bytes of the client's stream had been sent when it last sent a segment (an acknowledgement of something
     * new among them), counted back from the newest byte: 0 means that the client acknowledged something after its last
     * byte of data. Empty without the capability.
     *
     * @param acknowledged whether all that came has surely been acknowledged, as after a second of silence: the kernel
     *     tells the newest byte together with the segment then, in half of the calls
     */
    public static OptionalInt bytesSinceLastSegment(Sockets sockets, OwnedFd fd, boolean acknowledged) {
        return inRepair(sockets, fd, OptionalInt.empty(), () -> {
            sockets.struct(fd, Sockets.IPPROTO_TCP, TCP_REPAIR_WINDOW, WINDOW_SIZE);
            int lastSegment = sockets.intAt(0);
            int newest = acknowledged ? sockets.intAt(RCV_WUP) : sequence(sockets, fd, RECV_QUEUE);
            return OptionalInt.of(newest - lastSegment);
        });
    }

    /**
     * Reads what waits to be sent or acknowledged.
     *
     * @param atMost bytes of it; where there is more, and without the capability, nothing is read
     */
    public static Optional<Unacknowledged> unacknowledged(Sockets sockets, OwnedFd fd, int atMost) {
        return inRepair(sockets, fd, Optional.empty(), () -> {
            int end = sequence(sockets, fd, SEND_QUEUE);
            int size = sockets.unacknowledged(fd);
            if (size > atMost) {
                return Optional.empty();
            }
            MemorySegment buffer = Arena.ofAuto().allocate(Math.max(1, size));
            try {
                long length = (long)
                        RECV.invokeExact(Native.errnoSlot(), fd.number(), buffer, (long) size, MSG_PEEK | MSG_DONTWAIT);
                Native.check("recv", length);
                return Optional.of(
                        new Unacknowledged(end - size, buffer.asSlice(0, length).asByteBuffer()));
            } catch (Throwable t) {
                throw Native.unexpected(t);
            }
        });
    }

    /** Where that queue ends; it stays the one that is asked. */
    private static int sequence(Sockets sockets, OwnedFd fd, int queue) {
        sockets.setOption(fd, Sockets.IPPROTO_TCP, TCP_REPAIR_QUEUE, queue);
        return sockets.option(fd, Sockets.IPPROTO_TCP, TCP_QUEUE_SEQ);
    }

    private static <T> T inRepair(Sockets sockets, OwnedFd fd, T refused, Supplier<T> ask) {
        int reuse = sockets.option(fd, Sockets.SOL_SOCKET, SO_REUSEADDR);
        try {
            sockets.setOption(fd, Sockets.IPPROTO_TCP, TCP_REPAIR, ON);
        } catch (SyscallException e) {
            return refused;
        }
        try {
            return ask.get();
        } finally {
            sockets.setOption(fd, Sockets.IPPROTO_TCP, TCP_REPAIR, OFF_NO_PROBE);
            sockets.setOption(fd, Sockets.SOL_SOCKET, SO_REUSEADDR, reuse);
        }
    }
}
