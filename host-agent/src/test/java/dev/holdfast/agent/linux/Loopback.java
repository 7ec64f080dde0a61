package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A listener and one connection to it, as descriptors. */
public final class Loopback implements AutoCloseable {
    static final int MSG_DONTWAIT = 0x40;

    private static final MethodHandle SEND = Native.function("send", LONG, INT, POINTER, LONG, INT);
    private static final MethodHandle RECV = Native.function("recv", LONG, INT, POINTER, LONG, INT);

    public final Sockets sockets = new Sockets();
    public final OwnedFd listener;
    public final InetSocketAddress address;
    public final OwnedFd client;
    public final OwnedFd server;

    /** To a listener on one address, from another. */
    public Loopback(String listening, String connecting) {
        InetAddress on = InetAddress.ofLiteral(listening);
        listener = listening(sockets, new InetSocketAddress(on, 0));
        int port = local(listener).getPort();
        address = new InetSocketAddress(on, port);
        InetAddress to = InetAddress.ofLiteral(connecting);
        client = sockets.socket(domain(to), Sockets.SOCK_STREAM);
        sockets.connect(client, new InetSocketAddress(to, port));
        server = sockets.accept(listener).orElseThrow();
    }

    public Loopback() {
        this("127.0.0.1", "127.0.0.1");
    }

    static OwnedFd listening(Sockets sockets, InetSocketAddress on) {
        OwnedFd fd = sockets.socket(domain(on.getAddress()), Sockets.SOCK_STREAM);
        byte[] sockaddr = new byte[SocketAddresses.SOCKADDR_STORAGE_SIZE];
        SocketAddresses.encode(on, MemorySegment.ofArray(sockaddr));
        sockets.bindAndListen(fd, sockaddr, 10);
        return fd;
    }

    private static int domain(InetAddress address) {
        return address.getAddress().length == 4 ? SocketAddresses.AF_INET : SocketAddresses.AF_INET6;
    }

    public InetSocketAddress local(OwnedFd fd) {
        InetSocketAddress local = sockets.localAddress(fd);
        if (local == null) {
            throw new IllegalStateException("no address");
        }
        return local;
    }

    public static void send(OwnedFd to, String text) {
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            long sent = (long) SEND.invokeExact(
                    Native.errnoSlot(), to.number(), arena.allocateFrom(text), (long) bytes.length, MSG_DONTWAIT);
            Native.check("send", sent);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    public static String receive(OwnedFd from, int atMost) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(atMost);
            long got = (long) RECV.invokeExact(Native.errnoSlot(), from.number(), buffer, (long) atMost, 0);
            Native.check("recv", got);
            return new String(buffer.asSlice(0, got).toArray(Native.BYTE), StandardCharsets.US_ASCII);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
        listener.close();
        sockets.close();
    }
}
