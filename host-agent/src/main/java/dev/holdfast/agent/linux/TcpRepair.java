package dev.holdfast.agent.linux;

import java.util.OptionalInt;

/**
 * Two sequence numbers of a connection that only TCP_REPAIR shows (linux/tcp.h; needs CAP_NET_ADMIN): where the last
 * segment of the client that counted began, and how far the stream has come. Repair is on for the moment of the reading.
 */
public final class TcpRepair {
    private static final int TCP_REPAIR = 19;
    private static final int TCP_REPAIR_QUEUE = 20;
    private static final int TCP_QUEUE_SEQ = 21;
    private static final int TCP_REPAIR_WINDOW = 29;
    /** sizeof(struct tcp_repair_window), which begins with snd_wl1. */
    static final int WINDOW_SIZE = 20;

    private static final int RECV_QUEUE = 1;
    private static final int NO_QUEUE = 0;
    private static final int ON = 1;
    private static final int OFF_NO_PROBE = -1;
    private static final int SO_REUSEADDR = 2;

    private TcpRepair() {}

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

    /** Ends the mode in which an agent that was killed may have left a connection: nothing is sent in it. */
    public static void end(Sockets sockets, OwnedFd fd) {
        if (sockets.option(fd, Sockets.IPPROTO_TCP, TCP_REPAIR) == ON) {
            sockets.setOption(fd, Sockets.IPPROTO_TCP, TCP_REPAIR, OFF_NO_PROBE);
        }
    }

    /**
     * How many bytes of the client's stream had been sent when it last sent a segment (an acknowledgement of something
     * new among them), counted back from the newest byte: 0 means that the client acknowledged something after its last
     * byte of data. Empty without the capability.
     */
    public static OptionalInt bytesSinceLastSegment(Sockets sockets, OwnedFd fd) {
        int reuse = sockets.option(fd, Sockets.SOL_SOCKET, SO_REUSEADDR);
        try {
            sockets.setOption(fd, Sockets.IPPROTO_TCP, TCP_REPAIR, ON);
        } catch (SyscallException e) {
            return OptionalInt.empty();
        }
        try {
            int lastSegment = sockets.structFirstInt(fd, Sockets.IPPROTO_TCP, TCP_REPAIR_WINDOW, WINDOW_SIZE);
            sockets.setOption(fd, Sockets.IPPROTO_TCP, TCP_REPAIR_QUEUE, RECV_QUEUE);
            int next = sockets.option(fd, Sockets.IPPROTO_TCP, TCP_QUEUE_SEQ);
            sockets.setOption(fd, Sockets.IPPROTO_TCP, TCP_REPAIR_QUEUE, NO_QUEUE);
            return OptionalInt.of(next - lastSegment);
        } finally {
            sockets.setOption(fd, Sockets.IPPROTO_TCP, TCP_REPAIR, OFF_NO_PROBE);
            sockets.setOption(fd, Sockets.SOL_SOCKET, SO_REUSEADDR, reuse);
        }
    }
}
