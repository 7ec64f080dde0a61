package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.SyscallException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections of our own to held listeners. They make a listener readable, so that an event loop calls accept, and are
 * taken out of the backlog again before the server can see them.
 */
final class Bells {
    private static final Logger log = LoggerFactory.getLogger(Bells.class);

    /** Where several listeners share an address (SO_REUSEPORT), the kernel chooses: so many for each make it likely. */
    private static final int FOR_EACH = 4;

    private final Sockets sockets;
    private final Map<InetSocketAddress, OwnedFd> rung = new HashMap<>();
    private final Set<HeldListener> listeners = new LinkedHashSet<>();

    Bells(Sockets sockets) {
        this.sockets = sockets;
    }

    /**
     * At these listeners.
     *
     * @param all there are: where others share an address with one of these, they hear it too
     */
    void ring(Collection<HeldListener> wanted, Collection<HeldListener> all) {
        Set<InetSocketAddress> addresses =
                wanted.stream().map(HeldListener::address).collect(Collectors.toSet());
        for (InetSocketAddress address : addresses) {
            List<HeldListener> sharing = all.stream()
                    .filter(listener -> listener.address().equals(address))
                    .toList();
            listeners.addAll(sharing);
            int times = sharing.size() == 1 ? 1 : FOR_EACH * sharing.size();
            for (int i = 0; i < times; i++) {
                ring(sharing.getFirst());
            }
        }
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
                rung.put(address, end);
                listeners.add(listener);
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

    /** Empties the backlogs down to the last bell; the clients that stood before it. No thread of the server runs. */
    List<HeldConnection> takeBack() {
        List<HeldConnection> clients = new ArrayList<>();
        Set<InetSocketAddress> expected = new HashSet<>(rung.keySet());
        for (HeldListener listener : listeners) {
            Optional<OwnedFd> next = expected.isEmpty() ? Optional.empty() : sockets.accept(listener.fd());
            while (next.isPresent()) {
                take(next.get(), expected, clients);
                next = expected.isEmpty() ? Optional.empty() : sockets.accept(listener.fd());
            }
        }
        leave();
        return clients;
    }

    private void take(OwnedFd fd, Set<InetSocketAddress> expected, List<HeldConnection> clients) {
        InetSocketAddress peer = sockets.peerAddress(fd);
        if (peer != null && expected.remove(peer)) {
            fd.close();
            return;
        }
        HeldConnection client = Holder.adopt(sockets, fd);
        if (client != null) {
            clients.add(client);
        }
    }

    /** Hangs up; if the server accepts one meanwhile, it sees a client come and go. */
    void leave() {
        rung.values().forEach(OwnedFd::close);
        rung.clear();
        listeners.clear();
    }
}
