package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The TCP sockets of this network namespace, from the kernel's own tables; sock_diag(7), netlink(7). */
public final class SockDiag {
    public static final int ESTABLISHED = 1;
    public static final int LISTEN = 10;

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
    private static final int NOTHING_MORE = 0;
    private static final long NOBODYS = 0;
    /** INET_DIAG_INFO. */
    private static final int INFO = 1 << (TcpProgress.INET_DIAG_INFO - 1);

    private static final int ANY_STATE = -1;
    /** Room for what is said of one socket. */
    private static final int ONE = 4096;

    private static final int BUFFER = 256 * 1024;
    private static final int DUMPS_AT_MOST = 3;
    /** A filter's length and its jumps are of 16 bits. */
    private static final int PORTS_AT_MOST = 1000;

    private static final MethodHandle SOCKET = Native.function("socket", INT, INT, INT, INT);
    private static final MethodHandle SEND = Native.function("send", LONG, INT, POINTER, LONG, INT);
    private static final MethodHandle RECV = Native.function("recv", LONG, INT, POINTER, LONG, INT);

    private SockDiag() {}

    /** What is made of an inet_diag_msg and its attributes. */
    private interface Reading<T> {
        T of(MemorySegment message, Addresses sources, Addresses destinations);
    }

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

    /** The connection with these two ends, whether it has been accepted or not; empty where there is none. */
    public static Optional<TcpSocket> connection(InetSocketAddress local, InetSocketAddress peer) {
        int family = local.getAddress() instanceof Inet4Address ? SocketAddresses.AF_INET : SocketAddresses.AF_INET6;
        try (Arena arena = Arena.ofConfined();
                OwnedFd socket = socket()) {
            MemorySegment request = arena.allocate(NlMsgHdr.SIZE + InetDiagReq.SIZE, 8);
            new NlMsgHdr((int) request.byteSize(), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST).write(request);
            new InetDiagReq(family, Sockets.IPPROTO_TCP, NOTHING_MORE, ANY_STATE)
                    .write(request.asSlice(NlMsgHdr.SIZE), local, peer);
            send(socket, request);
            MemorySegment buffer = arena.allocate(ONE, 8);
            receive(socket, buffer);
            MemorySegment message = buffer.asSlice(NlMsgHdr.SIZE);
            if (NlMsgHdr.read(buffer, 0).type() == NLMSG_ERROR) {
                int error = -message.get(INT, 0);
                if (error == Errno.ENOENT) {
                    return Optional.empty();
                }
                throw new SyscallException("NETLINK_SOCK_DIAG", error);
            }
            // Where there is none the kernel tells of the listener.
            return Optional.of(TcpSocket.read(message, new Addresses(), new Addresses()))
                    .filter(found -> found.remote().equals(peer));
        }
    }

    /** How far connections are that have one of the ports at the local end, and that a process has accepted. */
    public static List<TcpProgress> progress(Collection<Integer> ports) {
        List<Integer> all = List.copyOf(ports);
        Map<Long, TcpProgress> byInode = new LinkedHashMap<>();
        for (int from = 0; from < all.size(); from += PORTS_AT_MOST) {
            PortFilter filter = new PortFilter(all.subList(from, Math.min(all.size(), from + PORTS_AT_MOST)), false);
            int states = (1 << ESTABLISHED) | (1 << TcpInfo.CLOSE_WAIT);
            for (int family : List.of(SocketAddresses.AF_INET, SocketAddresses.AF_INET6)) {
                dump(family, INFO, states, filter, (message, _, _) -> TcpProgress.read(message))
                        .forEach(each -> byInode.put(each.inode(), each));
            }
        }
        byInode.remove(NOBODYS);
        return List.copyOf(byInode.values());
    }

    private static List<TcpSocket> both(int states, Collection<Integer> ports, boolean eitherEnd) {
        List<Integer> all = List.copyOf(ports);
        if (all.size() <= PORTS_AT_MOST) {
            return some(states, all, eitherEnd);
        }
        Map<Long, TcpSocket> byCookie = new LinkedHashMap<>();
        for (int from = 0; from < all.size(); from += PORTS_AT_MOST) {
            List<Integer> part = all.subList(from, Math.min(all.size(), from + PORTS_AT_MOST));
            some(states, part, eitherEnd).forEach(socket -> byCookie.put(socket.cookie(), socket));
        }
        return List.copyOf(byCookie.values());
    }

    private static List<TcpSocket> some(int states, List<Integer> ports, boolean eitherEnd) {
        List<TcpSocket> found = new ArrayList<>();
        if (!ports.isEmpty()) {
            PortFilter filter = new PortFilter(ports, eitherEnd);
            found.addAll(dump(SocketAddresses.AF_INET, NOTHING_MORE, states, filter, TcpSocket::read));
            found.addAll(dump(SocketAddresses.AF_INET6, NOTHING_MORE, states, filter, TcpSocket::read));
        }
        return found;
    }

    /** The kernel says when the table changed under a dump; then it is done again, and the last one is taken. */
    private static <T> List<T> dump(int family, int extensions, int states, PortFilter filter, Reading<T> reading) {
        try (Arena arena = Arena.ofConfined();
                OwnedFd socket = socket()) {
            MemorySegment request =
                    request(arena, new InetDiagReq(family, Sockets.IPPROTO_TCP, extensions, states), filter);
            MemorySegment buffer = arena.allocate(BUFFER, 8);
            for (int i = 1; ; i++) {
                List<T> found = new ArrayList<>();
                send(socket, request);
                if (receive(socket, buffer, found, reading) || i == DUMPS_AT_MOST) {
                    return found;
                }
            }
        }
    }

    private static OwnedFd socket() {
        try {
            return new OwnedFd(Native.check("socket NETLINK_SOCK_DIAG", (int) SOCKET.invokeExact(
                    Native.errnoSlot(), AF_NETLINK, SOCK_RAW | Sockets.SOCK_CLOEXEC, NETLINK_SOCK_DIAG)));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    private static MemorySegment request(Arena arena, InetDiagReq sockets, PortFilter filter) {
        int attribute = NlMsgHdr.SIZE + InetDiagReq.SIZE;
        int size = attribute + RtAttr.SIZE + filter.size();
        MemorySegment request = arena.allocate(size, 8);
        new NlMsgHdr(size, SOCK_DIAG_BY_FAMILY, (short) (NLM_F_REQUEST | NLM_F_DUMP)).write(request);
        sockets.write(request.asSlice(NlMsgHdr.SIZE));
        new RtAttr(RtAttr.SIZE + filter.size(), INET_DIAG_REQ_BYTECODE).write(request.asSlice(attribute));
        filter.write(request.asSlice(attribute + RtAttr.SIZE));
        return request;
    }

    private static void send(OwnedFd socket, MemorySegment request) {
        try {
            Native.check("send NETLINK_SOCK_DIAG", (long)
                    SEND.invokeExact(Native.errnoSlot(), socket.number(), request, request.byteSize(), 0));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** False when the dump is not of one moment. */
    private static <T> boolean receive(OwnedFd socket, MemorySegment buffer, List<T> found, Reading<T> reading) {
        Addresses sources = new Addresses();
        Addresses destinations = new Addresses();
        boolean consistent = true;
        while (true) {
            long length = receive(socket, buffer);
            for (long at = 0; at + NlMsgHdr.SIZE <= length; ) {
                NlMsgHdr header = NlMsgHdr.read(buffer, at);
                consistent &= !header.has(NLM_F_DUMP_INTR);
                if (header.type() == NLMSG_DONE) {
                    return consistent;
                }
                MemorySegment message = buffer.asSlice(at + NlMsgHdr.SIZE, header.length() - NlMsgHdr.SIZE);
                if (header.type() == NLMSG_ERROR) {
                    throw new SyscallException("NETLINK_SOCK_DIAG", -message.get(INT, 0));
                }
                found.add(reading.of(message, sources, destinations));
                at += header.step();
            }
        }
    }

    private static long receive(OwnedFd socket, MemorySegment buffer) {
        try {
            return Native.check("recv NETLINK_SOCK_DIAG", (long)
                    RECV.invokeExact(Native.errnoSlot(), socket.number(), buffer, buffer.byteSize(), 0));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
