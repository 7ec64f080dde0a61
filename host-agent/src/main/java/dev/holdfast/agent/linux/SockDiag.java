package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.BYTE;
import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The TCP sockets of this network namespace, from the kernel's own tables; sock_diag(7), netlink(7). */
public final class SockDiag {
    public static final int ESTABLISHED = 1;
    public static final int LISTEN = 10;

    /** sizeof(struct nlmsghdr): length, type, flags, sequence number, port id. */
    static final int HEADER_SIZE = 16;
    /** sizeof(struct inet_diag_req_v2): family, protocol, extensions, padding, states, struct inet_diag_sockid. */
    static final int REQUEST_SIZE = 56;
    /** sizeof(struct rtattr): length, type. */
    static final int ATTRIBUTE_SIZE = 4;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final short SOCK_DIAG_BY_FAMILY = 20;
    private static final short NLM_F_REQUEST = 1;
    private static final short NLM_F_DUMP = 0x300;
    private static final short NLM_F_DUMP_INTR = 0x10;
    private static final short NLMSG_ERROR = 2;
    private static final short NLMSG_DONE = 3;
    private static final short INET_DIAG_REQ_BYTECODE = 1;
    private static final int BUFFER = 256 * 1024;
    private static final int DUMPS_AT_MOST = 3;

    private static final MethodHandle SOCKET = Native.function("socket", INT, INT, INT, INT);
    private static final MethodHandle SEND = Native.function("send", LONG, INT, POINTER, LONG, INT);
    private static final MethodHandle RECV = Native.function("recv", LONG, INT, POINTER, LONG, INT);

    private SockDiag() {}

    /** Listening sockets, IPv4 and IPv6, with one of the local ports. */
    public static List<TcpSocket> listening(Collection<Integer> ports) {
        return both(1 << LISTEN, ports, false);
    }

    /** Established connections, IPv4 and IPv6, with one of the ports at the local end. */
    public static List<TcpSocket> connections(Collection<Integer> ports) {
        return both(1 << ESTABLISHED, ports, false);
    }

    /** As {@link #connections}, the port being at either end: for a connection within the host, both of its sockets. */
    public static List<TcpSocket> bothEnds(Collection<Integer> ports) {
        return both(1 << ESTABLISHED, ports, true);
    }

    private static List<TcpSocket> both(int states, Collection<Integer> ports, boolean eitherEnd) {
        List<TcpSocket> found = new ArrayList<>();
        if (!ports.isEmpty()) {
            PortFilter filter = new PortFilter(ports, eitherEnd);
            found.addAll(dump(SocketAddresses.AF_INET, states, filter));
            found.addAll(dump(SocketAddresses.AF_INET6, states, filter));
        }
        return found;
    }

    /** The kernel says when the table changed under a dump; then it is done again, and the last one is taken. */
    private static List<TcpSocket> dump(int family, int states, PortFilter filter) {
        try (Arena arena = Arena.ofConfined();
                OwnedFd socket = socket()) {
            MemorySegment request = request(arena, family, states, filter);
            MemorySegment buffer = arena.allocate(BUFFER, 8);
            for (int i = 1; ; i++) {
                List<TcpSocket> found = new ArrayList<>();
                send(socket, request);
                if (receive(socket, buffer, found) || i == DUMPS_AT_MOST) {
                    return found;
                }
            }
        }
    }

    private static OwnedFd socket() {
        try {
            return new OwnedFd(Native.check("socket NETLINK_SOCK_DIAG", (int) SOCKET.invokeExact(
                    Native.errnoSlot(), AF_NETLINK, SOCK_RAW | Sockets.SOCK_CLOEXEC, NETLINK_SOCK_DIAG)));
        } catch (SyscallException e) {
            throw e;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    private static MemorySegment request(Arena arena, int family, int states, PortFilter filter) {
        int size = HEADER_SIZE + REQUEST_SIZE + ATTRIBUTE_SIZE + filter.size();
        MemorySegment request = arena.allocate(size, 8);
        request.set(INT, 0, size);
        request.set(ValueLayout.JAVA_SHORT, 4, SOCK_DIAG_BY_FAMILY);
        request.set(ValueLayout.JAVA_SHORT, 6, (short) (NLM_F_REQUEST | NLM_F_DUMP));
        request.set(BYTE, HEADER_SIZE, (byte) family);
        request.set(BYTE, HEADER_SIZE + 1, (byte) Sockets.IPPROTO_TCP);
        request.set(INT, HEADER_SIZE + 4, states);
        long attribute = HEADER_SIZE + REQUEST_SIZE;
        request.set(ValueLayout.JAVA_SHORT, attribute, (short) (ATTRIBUTE_SIZE + filter.size()));
        request.set(ValueLayout.JAVA_SHORT, attribute + 2, INET_DIAG_REQ_BYTECODE);
        filter.write(request.asSlice(attribute + ATTRIBUTE_SIZE));
        return request;
    }

    private static void send(OwnedFd socket, MemorySegment request) {
        try {
            Native.check("send NETLINK_SOCK_DIAG", (long)
                    SEND.invokeExact(Native.errnoSlot(), socket.number(), request, request.byteSize(), 0));
        } catch (SyscallException e) {
            throw e;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** False when the dump is not of one moment. */
    private static boolean receive(OwnedFd socket, MemorySegment buffer, List<TcpSocket> found) {
        Addresses sources = new Addresses();
        Addresses destinations = new Addresses();
        boolean consistent = true;
        while (true) {
            long length = receive(socket, buffer);
            for (long at = 0; at + HEADER_SIZE <= length; at += buffer.get(INT, at) + 3 & ~3) {
                short type = buffer.get(ValueLayout.JAVA_SHORT, at + 4);
                consistent &= (buffer.get(ValueLayout.JAVA_SHORT, at + 6) & NLM_F_DUMP_INTR) == 0;
                if (type == NLMSG_DONE) {
                    return consistent;
                }
                MemorySegment message = buffer.asSlice(at + HEADER_SIZE);
                if (type == NLMSG_ERROR) {
                    throw new SyscallException("NETLINK_SOCK_DIAG", -message.get(INT, 0));
                }
                found.add(TcpSocket.read(message, sources, destinations));
            }
        }
    }

    private static long receive(OwnedFd socket, MemorySegment buffer) {
        try {
            return Native.check("recv NETLINK_SOCK_DIAG", (long)
                    RECV.invokeExact(Native.errnoSlot(), socket.number(), buffer, buffer.byteSize(), 0));
        } catch (SyscallException e) {
            throw e;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
