package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The listening sockets of a server that starts while another one serves: its own, at addresses of which only the ready
 * check knows, so that the two never meet at one backlog. {@link GivingWay} puts the held ones in their places.
 */
final class StandIns implements AutoCloseable {
    private final Sockets sockets;
    private final List<StandIn> all = new CopyOnWriteArrayList<>();

    /** A socket of the server's, and what it stands for. */
    record StandIn(HeldListener held, OwnedFd fd, long inode, InetSocketAddress address) {}

    StandIns(Sockets sockets) {
        this.sockets = sockets;
    }

    List<StandIn> all() {
        return all;
    }

    /** At the exit of a skipped bind: the program's socket gets an address of its own. */
    void bind(Tracee tracee, int fd, HeldListener held) {
        OwnedFd theirs = Processes.pidfdGetfd(tracee.space.pidfd, fd);
        try {
            sockets.bind(theirs, new InetSocketAddress(loopback(held), 0));
            InetSocketAddress address = sockets.localAddress(theirs);
            if (address == null) {
                throw new TakeoverException("a listener of the new server has no address");
            }
            all.add(new StandIn(held, theirs, FdInfo.inode(tracee.space.pid, fd), address));
        } catch (RuntimeException e) {
            theirs.close();
            throw e;
        }
    }

    private static InetAddress loopback(HeldListener held) {
        InetAddress four = InetAddress.ofLiteral("127.0.0.1");
        if (held.domain() == SocketAddresses.AF_INET) {
            return four;
        }
        return held.v6only() ? InetAddress.ofLiteral("::1") : SocketAddresses.mapped(four);
    }

    /** The one with that inode. */
    Optional<StandIn> of(long inode) {
        return all.stream().filter(one -> one.inode() == inode).findFirst();
    }

    /** Where the new server is to be asked what others ask at that address; empty while it does not listen. Any thread. */
    Optional<InetSocketAddress> addressFor(InetSocketAddress asked) {
        List<HeldListener> closest =
                Listeners.closest(all.stream().map(StandIn::held).toList(), asked);
        return all.stream()
                .filter(one -> closest.contains(one.held()))
                .map(StandIn::address)
                .findFirst();
    }

    @Override
    public void close() {
        all.forEach(one -> one.fd().close());
        all.clear();
    }
}
