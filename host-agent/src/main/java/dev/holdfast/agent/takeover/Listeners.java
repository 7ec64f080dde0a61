package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.ProcessMemory;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.SyscallException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The held listening sockets, and how a new server comes to them: its bind(2) is skipped and the held one put in place. */
final class Listeners {
    private static final long SYS_CLOSE = 3;
    private static final long SYS_DUP3 = 292;
    private static final int IPPROTO_TCP = 6;

    /** Options that a program sets before bind and that accepted connections or the listener itself live by; socket(7), tcp(7). */
    private static final int[][] OPTIONS = {
        {Sockets.SOL_SOCKET, 2 /* SO_REUSEADDR */},
        {Sockets.SOL_SOCKET, 9 /* SO_KEEPALIVE */},
        {Sockets.SOL_SOCKET, 12 /* SO_PRIORITY */},
        {Sockets.SOL_SOCKET, 13 /* SO_LINGER */},
        {IPPROTO_TCP, 1 /* TCP_NODELAY */},
        {IPPROTO_TCP, 4 /* TCP_KEEPIDLE */},
        {IPPROTO_TCP, 5 /* TCP_KEEPINTVL */},
        {IPPROTO_TCP, 6 /* TCP_KEEPCNT */},
        {IPPROTO_TCP, 9 /* TCP_DEFER_ACCEPT */},
        {IPPROTO_TCP, 18 /* TCP_USER_TIMEOUT */}
    };

    private final List<HeldListener> free;
    private final List<HeldListener> grafted = new ArrayList<>();
    private final Sockets sockets;
    /** Null where the server gets the held ones at bind. */
    private final @Nullable StandIns standIns;

    Listeners(List<HeldListener> held, Sockets sockets, @Nullable StandIns standIns) {
        this.free = new ArrayList<>(held);
        this.sockets = sockets;
        this.standIns = standIns;
    }

    /** Those that a server has which runs already: they are among the descriptors of its processes. */
    void find(Collection<Integer> pids) {
        Set<Long> open = SocketTable.inodes(pids);
        free.stream().filter(held -> open.contains(held.inode())).forEach(grafted::add);
        free.removeAll(grafted);
    }

    /** Those that the new server has not bound yet. */
    List<HeldListener> free() {
        return free;
    }

    List<HeldListener> grafted() {
        return grafted;
    }

    /** The held listener that a bind asks for; null when it is about something else. */
    @Nullable
    HeldListener boundBy(Tracee tracee, long fd, long address) {
        InetSocketAddress wanted = read(tracee.space.pid, address);
        if (wanted == null || free.isEmpty()) {
            return null;
        }
        int domain;
        boolean v6only;
        try (OwnedFd theirs = Processes.pidfdGetfd(tracee.space.pidfd, (int) fd)) {
            domain = sockets.option(theirs, Sockets.SOL_SOCKET, Sockets.SO_DOMAIN);
            v6only = domain == SocketAddresses.AF_INET6
                    && sockets.option(theirs, Sockets.IPPROTO_IPV6, Sockets.IPV6_V6ONLY) == 1;
            if (sockets.option(theirs, Sockets.SOL_SOCKET, 3 /* SO_TYPE */) != Sockets.SOCK_STREAM) {
                return null;
            }
        } catch (SyscallException e) {
            return null;
        }
        return free.stream()
                .filter(held -> held.domain() == domain
                        // Bound to one IPv6 address, a socket is v6only whatever it asked for (ipv6(7)).
                        && (held.v6only() == v6only || !wanted.getAddress().isAnyLocalAddress())
                        && held.address().equals(wanted))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable InetSocketAddress read(int pid, long address) {
        try {
            byte[] start = ProcessMemory.read(pid, address, SocketAddresses.SOCKADDR_IN_SIZE);
            int family = SocketAddresses.family(MemorySegment.ofArray(start));
            byte[] whole = family == SocketAddresses.AF_INET6
                    ? ProcessMemory.read(pid, address, SocketAddresses.SOCKADDR_IN6_SIZE)
                    : start;
            return SocketAddresses.decode(MemorySegment.ofArray(whole));
        } catch (SyscallException e) {
            return null;
        }
    }

    /** At the exit of the skipped bind. */
    void bound(Tracee tracee, int fd, HeldListener listener) {
        if (standIns == null) {
            graft(tracee, fd, listener);
        } else {
            standIns.bind(tracee, fd, listener);
        }
        free.remove(listener);
        grafted.add(listener);
    }

    /** The held socket takes the place of the program's, with its options and flags. */
    private void graft(Tracee tracee, int fd, HeldListener listener) {
        Space space = tracee.space;
        boolean closeOnExec;
        try (OwnedFd theirs = Processes.pidfdGetfd(space.pidfd, fd)) {
            copyOptions(sockets, theirs, listener.fd());
            Fds.setStatusFlags(listener.fd(), Fds.statusFlags(theirs));
            closeOnExec = FdInfo.closeOnExec(space.pid, fd);
        }
        int[] received = space.receive(tracee, tracee.registers, List.of(listener.fd()), true);
        long flags = closeOnExec ? Fds.O_CLOEXEC : 0;
        Tracee.checked("dup3", tracee.inject(tracee.registers, space.instruction, SYS_DUP3, received[0], fd, flags));
        tracee.inject(tracee.registers, space.instruction, SYS_CLOSE, received[0]);
    }

    static void copyOptions(Sockets sockets, OwnedFd from, OwnedFd to) {
        for (int[] option : OPTIONS) {
            sockets.copyOption(from, to, option[0], option[1]);
        }
    }

    /** What a descriptor of the process stands for; null where it stands for nothing. */
    @Nullable
    HeldListener standsFor(Space space, long fd) {
        return standIns == null
                ? null
                : standIns.of(FdInfo.inode(space.pid, fd))
                        .map(StandIns.StandIn::held)
                        .orElse(null);
    }

    /** The held listener that a descriptor of the process is, or stands for; null for any other. */
    @Nullable
    HeldListener of(Space space, long fd) {
        HeldListener stoodFor = standsFor(space, fd);
        if (stoodFor != null) {
            return stoodFor;
        }
        long inode = FdInfo.inode(space.pid, fd);
        return grafted.stream()
                .filter(held -> held.inode() == inode)
                .findFirst()
                .orElse(null);
    }

    /**
     * The grafted listeners that a connection came in by, one or, with SO_REUSEPORT, several; where the old server had
     * closed that one, any will do.
     */
    List<HeldListener> of(HeldConnection connection) {
        InetSocketAddress local = connection.local();
        List<HeldListener> closest = closest(grafted, local);
        List<HeldListener> found = closest.isEmpty() ? grafted : closest;
        if (found.isEmpty()) {
            throw new TakeoverException("the new server does not listen on " + SocketAddresses.text(local)
                    + ", where clients are connected");
        }
        return found;
    }

    /** Those that take connections to that address, the ones that are meant before those that would do; none may. */
    static List<HeldListener> closest(List<HeldListener> some, InetSocketAddress local) {
        List<HeldListener> fitting = some.stream()
                .filter(held -> held.address().getPort() == local.getPort())
                .filter(held -> held.address().getAddress().isAnyLocalAddress()
                        || held.address().getAddress().equals(local.getAddress()))
                .toList();
        int best = fitting.stream().mapToInt(held -> rank(held, local)).min().orElse(0);
        return fitting.stream().filter(held -> rank(held, local) == best).toList();
    }

    /** An exact address before a wildcard, one of the client's own family before a dual-stack one. */
    private static int rank(HeldListener held, InetSocketAddress local) {
        if (held.address().getAddress().equals(local.getAddress())) {
            return 0;
        }
        return held.address().getAddress().getClass() == local.getAddress().getClass() ? 1 : 2;
    }
}
