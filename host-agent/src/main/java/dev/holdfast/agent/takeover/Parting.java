package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes from a frozen server all that is held but a few connections, with which it goes on: to it, every other client has
 * left, and nobody connects any more.
 */
public final class Parting implements AutoCloseable {
    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final Duration ARRIVES_WITHIN = Duration.ofSeconds(1);
    private static final long LOOK_AGAIN_NANOS = 100_000;

    private final Sockets sockets;
    private final Map<Long, OwnedFd> replacements = new HashMap<>();
    private final List<OwnedFd> ours = new ArrayList<>();

    private Parting(HeldSockets held, Set<Long> staying) {
        this.sockets = held.sockets();
        try {
            for (HeldListener listener : held.listeners()) {
                replacements.put(listener.inode(), listening(listener.domain(), flags(listener.fd())));
            }
            // One for all that block and one for all that do not: O_NONBLOCK is the socket's own.
            Map<Integer, OwnedFd> left = new HashMap<>();
            for (HeldConnection connection : held.connections()) {
                if (!staying.contains(connection.inode())) {
                    replacements.put(
                            connection.inode(), left.computeIfAbsent(flags(connection.fd()), this::leftByItsClient));
                }
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * In all processes of the server, which stay frozen. What an earlier call has done is not done again.
     *
     * @throws TakeoverException when that cannot be done; the server is of no use any more
     */
    public static void of(List<Integer> pids, HeldSockets held, Set<Long> staying) {
        try (Parting parting = new Parting(held, staying)) {
            Injection.run("parting", WITHIN, () -> pids.forEach(parting::in));
            pids.forEach(parting::requireUnwatched);
        } catch (RuntimeException e) {
            throw new TakeoverException("it could not be parted from the others: " + e.getMessage());
        }
    }

    private void in(int pid) {
        if (SocketTable.of(pid).entries().stream().noneMatch(place -> replacements.containsKey(place.inode()))) {
            return;
        }
        Exchange exchange = new Exchange(inode -> Optional.ofNullable(replacements.get(inode)));
        Injection.in(pid, exchange::in);
    }

    /** What an epoll watches under a number that is another socket's by now, or nobody's, it would hear of for ever. */
    private void requireUnwatched(int pid) {
        if (Watch.of(pid).stream().anyMatch(watch -> replacements.containsKey(watch.inode()))) {
            throw new TakeoverException("process " + pid + " goes on watching what was taken from it");
        }
    }

    private static int flags(OwnedFd fd) {
        return Fds.statusFlags(fd) & Fds.O_NONBLOCK;
    }

    /** A listener that nobody reaches: an accept waits for ever. */
    private OwnedFd listening(int domain, int flags) {
        OwnedFd listener = sockets.socket(domain, Sockets.SOCK_STREAM);
        ours.add(listener);
        sockets.keepAllOut(listener);
        sockets.bind(listener, nowhere(domain));
        sockets.listen(listener, 1);
        Fds.setStatusFlags(listener, Fds.statusFlags(listener) | flags);
        return listener;
    }

    private static InetSocketAddress nowhere(int domain) {
        InetAddress four = InetAddress.ofLiteral("127.0.0.1");
        return new InetSocketAddress(domain == SocketAddresses.AF_INET ? four : SocketAddresses.mapped(four), 0);
    }

    /** A connection as it is when a client has sent its FIN. */
    private OwnedFd leftByItsClient(int flags) {
        int domain = SocketAddresses.AF_INET;
        try (OwnedFd listener = sockets.socket(domain, Sockets.SOCK_STREAM);
                OwnedFd client = sockets.socket(domain, Sockets.SOCK_STREAM)) {
            sockets.bind(listener, nowhere(domain));
            sockets.listen(listener, 1);
            InetSocketAddress address = sockets.localAddress(listener);
            if (address == null) {
                throw new TakeoverException("a listener has no address");
            }
            sockets.connect(client, address);
            OwnedFd accepted = accept(listener);
            ours.add(accepted);
            Fds.setStatusFlags(accepted, Fds.statusFlags(accepted) | flags);
            return accepted;
        }
    }

    private OwnedFd accept(OwnedFd listener) {
        long deadline = System.nanoTime() + ARRIVES_WITHIN.toNanos();
        Optional<OwnedFd> accepted = sockets.accept(listener);
        while (accepted.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            accepted = sockets.accept(listener);
        }
        return accepted.orElseThrow(() -> new TakeoverException("a connection over lo does not arrive"));
    }

    @Override
    public void close() {
        ours.forEach(OwnedFd::close);
    }
}
