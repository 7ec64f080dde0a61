package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.Sockets;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection of our own to a held listener. It makes the listener readable, so that an event loop calls accept, and it
 * is taken out of the backlog again before the server can see it.
 */
final class Bell {
    private final Sockets sockets;
    private final HeldListener listener;
    private final OwnedFd end;
    private final @Nullable InetSocketAddress address;

    private Bell(Sockets sockets, HeldListener listener, OwnedFd end) {
        this.sockets = sockets;
        this.listener = listener;
        this.end = end;
        this.address = sockets.localAddress(end);
    }

    static Bell ring(Sockets sockets, HeldListener listener) {
        InetSocketAddress to = reachable(listener);
        // By the address, since a dual-stack listener may be bound to a mapped one.
        int domain = to.getAddress() instanceof Inet6Address ? SocketAddresses.AF_INET6 : SocketAddresses.AF_INET;
        OwnedFd end = sockets.socket(domain, Sockets.SOCK_STREAM | Sockets.SOCK_NONBLOCK);
        sockets.connect(end, to);
        return new Bell(sockets, listener, end);
    }

    private static InetSocketAddress reachable(HeldListener listener) {
        InetAddress address = listener.address().getAddress();
        int port = listener.address().getPort();
        if (!address.isAnyLocalAddress()) {
            return listener.address();
        }
        boolean six = listener.domain() == SocketAddresses.AF_INET6;
        try {
            return new InetSocketAddress(InetAddress.getByName(six ? "::1" : "127.0.0.1"), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Empties the backlog down to the bell; the clients that stood before it. */
    List<HeldConnection> takeBack() {
        List<HeldConnection> clients = new ArrayList<>();
        Optional<OwnedFd> next = sockets.accept(listener.fd());
        while (next.isPresent()) {
            OwnedFd fd = next.get();
            if (address != null && address.equals(sockets.peerAddress(fd))) {
                fd.close();
                break;
            }
            HeldConnection client = Holder.adopt(sockets, fd);
            if (client != null) {
                clients.add(client);
            }
            next = sockets.accept(listener.fd());
        }
        end.close();
        return clients;
    }

    /** Hangs up; if the server accepts it meanwhile, it sees a client come and go. */
    void leave() {
        end.close();
    }
}
