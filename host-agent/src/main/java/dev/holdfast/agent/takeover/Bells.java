package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.SyscallException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections of our own to held listeners. They make a listener readable, so that an event loop calls accept, and are
 * taken out of the backlog again before the server can see them.
 */
final class Bells {
    private static final Logger log = LoggerFactory.getLogger(Bells.class);

    private record Bell(OwnedFd end, InetSocketAddress address) {}

    private final Sockets sockets;
    private final Map<HeldListener, List<Bell>> rung = new LinkedHashMap<>();

    Bells(Sockets sockets) {
        this.sockets = sockets;
    }

    /** One more; where it cannot be, as without an address on lo, servers that wait in accept do without. */
    void ring(HeldListener listener) {
        InetSocketAddress to = reachable(listener);
        int domain = to.getAddress() instanceof Inet6Address ? SocketAddresses.AF_INET6 : SocketAddresses.AF_INET;
        OwnedFd end = sockets.socket(domain, Sockets.SOCK_STREAM | Sockets.SOCK_NONBLOCK);
        try {
            sockets.connect(end, to);
            InetSocketAddress address = sockets.localAddress(end);
            if (address != null) {
                rung.computeIfAbsent(listener, key -> new ArrayList<>()).add(new Bell(end, address));
                return;
            }
        } catch (SyscallException e) {
            log.warn("no bell at {}: {}", SocketAddresses.text(to), e.getMessage());
        }
        end.close();
    }

    private static InetSocketAddress reachable(HeldListener listener) {
        InetAddress address = listener.address().getAddress();
        if (!address.isAnyLocalAddress()) {
            return listener.address();
        }
        boolean six = listener.domain() == SocketAddresses.AF_INET6 && listener.v6only();
        return new InetSocketAddress(
                InetAddress.ofLiteral(six ? "::1" : "127.0.0.1"),
                listener.address().getPort());
    }

    /** Empties each backlog down to the last bell; the clients that stood before it. No thread of the server runs. */
    List<HeldConnection> takeBack() {
        List<HeldConnection> clients = new ArrayList<>();
        rung.forEach((listener, bells) -> takeBack(listener, bells, clients));
        rung.clear();
        return clients;
    }

    private void takeBack(HeldListener listener, List<Bell> bells, List<HeldConnection> clients) {
        List<InetSocketAddress> expected =
                new ArrayList<>(bells.stream().map(Bell::address).toList());
        while (!expected.isEmpty()) {
            Optional<OwnedFd> next = sockets.accept(listener.fd());
            if (next.isEmpty()) {
                break;
            }
            OwnedFd fd = next.get();
            InetSocketAddress peer = sockets.peerAddress(fd);
            if (peer != null && expected.remove(peer)) {
                fd.close();
                continue;
            }
            HeldConnection client = Holder.adopt(sockets, fd);
            if (client != null) {
                clients.add(client);
            }
        }
        bells.forEach(bell -> bell.end.close());
    }

    /** Hangs up; if the server accepts one meanwhile, it sees a client come and go. */
    void leave() {
        rung.values().forEach(bells -> bells.forEach(bell -> bell.end.close()));
        rung.clear();
    }
}
