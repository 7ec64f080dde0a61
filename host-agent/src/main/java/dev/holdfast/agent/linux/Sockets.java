package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Calls on sockets; socket(7), tcp(7). One thread at a time for each instance: it owns the buffers of its calls. */
public final class Sockets implements AutoCloseable {
    public static final int SOL_SOCKET = 1;
    public static final int IPPROTO_TCP = 6;
    public static final int IPPROTO_IPV6 = 41;
    public static final int SO_RCVBUF = 8;
    public static final int SO_RCVLOWAT = 18;
    public static final int SO_PEERCRED = 17;
    public static final int SO_ACCEPTCONN = 30;
    public static final int SO_DOMAIN = 39;
    public static final int IPV6_V6ONLY = 26;
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_SEQPACKET = 5;
    public static final int SOCK_NONBLOCK = 0x800;
    public static final int SOCK_CLOEXEC = 0x80000;

    private static final int TCP_INFO = 11;
    private static final int SHUT_RDWR = 2;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_DETACH_FILTER = 27;
    /** sizeof(struct ucred), which begins with the pid. */
    static final int UCRED_SIZE = 12;
    /** Longer than any option. */
    private static final int VALUE_SIZE = 256;

    private static final long SIOCINQ = 0x541B;
    private static final long SIOCOUTQ = 0x5411;

    private static final MethodHandle GETSOCKOPT = Native.function("getsockopt", INT, INT, INT, INT, POINTER, POINTER);
    private static final MethodHandle SETSOCKOPT = Native.function("setsockopt", INT, INT, INT, INT, POINTER, INT);
    private static final MethodHandle GETSOCKNAME = Native.function("getsockname", INT, INT, POINTER, POINTER);
    private static final MethodHandle GETPEERNAME = Native.function("getpeername", INT, INT, POINTER, POINTER);
    private static final MethodHandle IOCTL = Native.variadic("ioctl", 2, INT, INT, LONG, POINTER);
    private static final MethodHandle SOCKET = Native.function("socket", INT, INT, INT, INT);
    private static final MethodHandle BIND = Native.function("bind", INT, INT, POINTER, INT);
    private static final MethodHandle LISTEN = Native.function("listen", INT, INT, INT);
    private static final MethodHandle CONNECT = Native.function("connect", INT, INT, POINTER, INT);
    private static final MethodHandle SHUTDOWN = Native.function("shutdown", INT, INT, INT);
    private static final MethodHandle ACCEPT4 = Native.function("accept4", INT, INT, POINTER, POINTER, INT);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment value = arena.allocate(VALUE_SIZE, 8);
    private final MemorySegment length = arena.allocate(INT);
    private final MemorySegment address = arena.allocate(SocketAddresses.SOCKADDR_STORAGE_SIZE, 8);

    /** getsockopt(2) of an int; ENOTSOCK for what is no socket, ENOPROTOOPT for an option it does not have. */
    public int option(OwnedFd fd, int level, int name) {
        return structFirstInt(fd, level, name, 4);
    }

    private int structFirstInt(OwnedFd fd, int level, int name, int size) {
        struct(fd, level, name, size);
        return intAt(0);
    }

    /** Reads a struct option of that size, for {@link #intAt}. */
    void struct(OwnedFd fd, int level, int name, int size) {
        length.set(INT, 0, size);
        try {
            int result = (int) GETSOCKOPT.invokeExact(Native.errnoSlot(), fd.number(), level, name, value, length);
            Native.check("getsockopt", result);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** What stands at that offset of the option that was read last. */
    int intAt(int offset) {
        return value.get(INT, offset);
    }

    public void setOption(OwnedFd fd, int level, int name, int to) {
        value.set(INT, 0, to);
        setBytes(fd, level, name, 4);
    }

    /** The process that connected the other end of a unix socket; unix(7). */
    public int peerPid(OwnedFd fd) {
        return structFirstInt(fd, SOL_SOCKET, SO_PEERCRED, UCRED_SIZE);
    }

    /**
     * From now on no new data comes in, see {@link SegmentFilter}; connections that a listener makes have this from it.
     *
     * @return false without the right to, CAP_NET_ADMIN on some kernels
     */
    public boolean keepDataOut(OwnedFd fd) {
        SegmentFilter.write(value);
        return filtered(fd);
    }

    /** From now on nothing at all comes in: nobody can connect to a listener. False as {@link #keepDataOut}. */
    public boolean keepAllOut(OwnedFd fd) {
        SegmentFilter.writeNothing(value);
        return filtered(fd);
    }

    private boolean filtered(OwnedFd fd) {
        try {
            setBytes(fd, SOL_SOCKET, SO_ATTACH_FILTER, BpfProgram.SIZE);
            return true;
        } catch (SyscallException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            return false;
        }
    }

    /** Undoes {@link #keepDataOut}; does nothing where there is no filter. */
    public void letDataIn(OwnedFd fd) {
        try {
            setOption(fd, SOL_SOCKET, SO_DETACH_FILTER, 0);
        } catch (SyscallException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    private void setBytes(OwnedFd fd, int level, int name, int size) {
        try {
            int result = (int) SETSOCKOPT.invokeExact(Native.errnoSlot(), fd.number(), level, name, value, size);
            Native.check("setsockopt", result);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** Copies an option of any type; false when the socket does not have it. */
    public boolean copyOption(OwnedFd from, OwnedFd to, int level, int name) {
        length.set(INT, 0, VALUE_SIZE);
        try {
            int got = (int) GETSOCKOPT.invokeExact(Native.errnoSlot(), from.number(), level, name, value, length);
            if (got == -1) {
                return false;
            }
            int set = (int)
                    SETSOCKOPT.invokeExact(Native.errnoSlot(), to.number(), level, name, value, length.get(INT, 0));
            return set == 0;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** Null when it is not an IPv4 or IPv6 socket, or no socket at all. */
    public @Nullable InetSocketAddress localAddress(OwnedFd fd) {
        length.set(INT, 0, SocketAddresses.SOCKADDR_STORAGE_SIZE);
        try {
            int result = (int) GETSOCKNAME.invokeExact(Native.errnoSlot(), fd.number(), address, length);
            return result == -1 ? null : SocketAddresses.decode(address);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** Null when it is not connected (any more). */
    public @Nullable InetSocketAddress peerAddress(OwnedFd fd) {
        byte[] raw = rawPeerAddress(fd);
        return raw.length == 0 ? null : SocketAddresses.decode(address);
    }

    /** The peer's sockaddr as accept(2) would give it; empty when the socket is not connected (any more). */
    public byte[] rawPeerAddress(OwnedFd fd) {
        length.set(INT, 0, SocketAddresses.SOCKADDR_STORAGE_SIZE);
        try {
            int result = (int) GETPEERNAME.invokeExact(Native.errnoSlot(), fd.number(), address, length);
            return result == -1
                    ? new byte[0]
                    : address.asSlice(0, length.get(INT, 0)).toArray(Native.BYTE);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** Bytes received and not read; SIOCINQ of tcp(7). */
    public int unread(OwnedFd fd) {
        return queued("ioctl SIOCINQ", fd, SIOCINQ);
    }

    /** Bytes written, sent or not, that the peer has not acknowledged; SIOCOUTQ of tcp(7). */
    int unacknowledged(OwnedFd fd) {
        return queued("ioctl SIOCOUTQ", fd, SIOCOUTQ);
    }

    private int queued(String call, OwnedFd fd, long request) {
        try {
            int result = (int) IOCTL.invokeExact(Native.errnoSlot(), fd.number(), request, value);
            Native.check(call, result);
            return value.get(INT, 0);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** Whether a third of the send buffer is free: a server with more to write is told so (poll(2)). */
    public boolean writable(OwnedFd fd) {
        return PollFd.isWritable(fd);
    }

    /** TCP_INFO of tcp(7). */
    public TcpInfo tcpInfo(OwnedFd fd) {
        length.set(INT, 0, TcpInfo.SIZE);
        try {
            int result =
                    (int) GETSOCKOPT.invokeExact(Native.errnoSlot(), fd.number(), IPPROTO_TCP, TCP_INFO, value, length);
            Native.check("getsockopt TCP_INFO", result);
            return TcpInfo.read(value);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** socket(2), CLOEXEC. */
    public OwnedFd socket(int domain, int type) {
        try {
            return new OwnedFd(Native.check(
                    "socket", (int) SOCKET.invokeExact(Native.errnoSlot(), domain, type | SOCK_CLOEXEC, 0)));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** A listening unix socket with that encoded address. */
    public void bindAndListen(OwnedFd fd, byte[] sockaddr, int backlog) {
        MemorySegment.copy(sockaddr, 0, address, Native.BYTE, 0, sockaddr.length);
        try {
            int bound = (int) BIND.invokeExact(Native.errnoSlot(), fd.number(), address, sockaddr.length);
            Native.check("bind", bound);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
        listen(fd, backlog);
    }

    /** listen(2), also again on a socket that was shut down. */
    public void listen(OwnedFd fd, int backlog) {
        try {
            Native.check("listen", (int) LISTEN.invokeExact(Native.errnoSlot(), fd.number(), backlog));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** Ends a connection in both directions, whoever else has it open; shutdown(2). Nothing when it has ended. */
    public void shutdown(OwnedFd fd) {
        try {
            int result = (int) SHUTDOWN.invokeExact(Native.errnoSlot(), fd.number(), SHUT_RDWR);
            if (result == -1 && Native.errno() != Errno.ENOTCONN) {
                throw new SyscallException("shutdown", Native.errno());
            }
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** Ends a connection with a reset, whoever else has it open: connect(2) to AF_UNSPEC. */
    public void disconnect(OwnedFd fd) {
        address.fill((byte) 0);
        try {
            Native.check("connect AF_UNSPEC", (int)
                    CONNECT.invokeExact(Native.errnoSlot(), fd.number(), address, SocketAddresses.SOCKADDR_IN_SIZE));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** How many clients may wait at a listener: listen(2), as the kernel has limited it. */
    public int longestBacklog(OwnedFd listener) {
        tcpInfo(listener);
        // Where others have what was acknowledged selectively.
        return value.get(INT, TcpInfo.SACKED);
    }

    /** bind(2). */
    public void bind(OwnedFd fd, InetSocketAddress to) {
        int size = SocketAddresses.encode(to, address);
        try {
            Native.check("bind", (int) BIND.invokeExact(Native.errnoSlot(), fd.number(), address, size));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** connect(2); on a non-blocking socket it goes on in the background. */
    public void connect(OwnedFd fd, InetSocketAddress to) {
        int size = SocketAddresses.encode(to, address);
        try {
            int result = (int) CONNECT.invokeExact(Native.errnoSlot(), fd.number(), address, size);
            if (result == -1 && Native.errno() != Errno.EINPROGRESS) {
                throw new SyscallException("connect", Native.errno());
            }
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** accept4(2); empty when nobody waits, also where the listener blocks. The new socket blocks, as accept's. */
    public Optional<OwnedFd> accept(OwnedFd listener) {
        if (!PollFd.awaitReadable(listener, Duration.ZERO)) {
            return Optional.empty();
        }
        try {
            int result = (int) ACCEPT4.invokeExact(
                    Native.errnoSlot(), listener.number(), MemorySegment.NULL, MemorySegment.NULL, SOCK_CLOEXEC);
            if (result == -1 && Native.errno() == Errno.EAGAIN) {
                return Optional.empty();
            }
            return Optional.of(new OwnedFd(Native.check("accept4", result)));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
