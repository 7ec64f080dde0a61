package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.ProcFiles;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.SockDiag;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.linux.TcpRepair;
import dev.holdfast.agent.linux.TcpSocket;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.common.manifest.PortSpec;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the sockets of a server's managed ports and duplicates them (pidfd_getfd(2)). */
public final class Holder {
    private static final int SO_TYPE = 3;

    private final HeldSockets held;
    private final List<PortSpec> ports;
    private final Set<Long> foreign = new HashSet<>();

    private record Spot(int pid, int number) {}

    /** What was held, by process and number, when all was looked at last. */
    private final Map<Integer, Map<Integer, SocketTable.Place>> places = new HashMap<>();
    /** The same by inode. */
    private final Map<Long, Spot> spots = new HashMap<>();

    public Holder(HeldSockets held, List<PortSpec> ports) {
        this.held = held;
        this.ports = ports;
    }

    /**
     * Brings what is held up to date with what the processes have: new sockets are duplicated, and those that the server
     * closed are let go. That one does not see a socket is not enough for that: only when it is in none of the tables twice,
     * and the server goes on, the server has closed it.
     *
     * @param pids of the server, its first process first
     * @return the connections that are new
     * @throws SyscallException when it cannot be told what the processes have, or too few descriptors are left to hold it
     */
    public List<HeldConnection> refresh(List<Integer> pids) {
        Map<Integer, SocketTable> tables = tables(pids);
        List<HeldConnection> fresh = refresh(pids, tables);
        places.clear();
        spots.clear();
        tables.forEach((pid, table) -> places.put(pid, places(table)));
        places.forEach((pid, ours) -> ours.forEach((number, place) -> spots.put(place.inode(), new Spot(pid, number))));
        return fresh;
    }

    /** Whether it is still where it was found last, in one of the processes. */
    boolean isInPlace(HeldConnection connection) {
        Spot spot = spots.get(connection.inode());
        return spot != null && Processes.sharesFile(spot.pid(), spot.number(), connection.fd());
    }

    /**
     * As {@link #refresh}, where nobody has to be let go.
     *
     * @param known what has come to be under the number of one of these is not found
     */
    List<HeldConnection> addOthers(List<Integer> pids, Collection<HeldConnection> known) {
        Map<Integer, BitSet> numbers = new HashMap<>();
        for (HeldConnection connection : known) {
            Spot spot = spots.get(connection.inode());
            if (spot != null) {
                numbers.computeIfAbsent(spot.pid(), _ -> new BitSet()).set(spot.number());
            }
        }
        List<HeldConnection> fresh = new ArrayList<>();
        for (int pid : pids) {
            Map<Integer, SocketTable.Place> before = places.computeIfAbsent(pid, _ -> new HashMap<>());
            SocketTable others = SocketTable.besides(numbers.getOrDefault(pid, new BitSet()), pid, before);
            walk(pid, others, new HashSet<>(), fresh);
            places(others).forEach((number, place) -> {
                before.put(number, place);
                spots.put(place.inode(), new Spot(pid, number));
            });
        }
        return fresh;
    }

    private Map<Integer, SocketTable.Place> places(SocketTable table) {
        Map<Integer, SocketTable.Place> ours = new HashMap<>();
        for (SocketTable.Entry entry : table.entries()) {
            held.connection(entry.inode())
                    .ifPresent(connection ->
                            ours.put(entry.number(), new SocketTable.Place(connection.fd(), entry.inode())));
        }
        return ours;
    }

    /** The tables of these processes, in the same order; what is held stays held meanwhile. */
    Map<Integer, SocketTable> tables(List<Integer> pids) {
        Map<Integer, SocketTable> tables = new LinkedHashMap<>();
        pids.forEach(pid -> tables.put(pid, SocketTable.of(pid, places.getOrDefault(pid, Map.of()))));
        return tables;
    }

    /** As {@link #refresh(List)}, what the processes have having been read already. */
    List<HeldConnection> refresh(List<Integer> pids, Map<Integer, SocketTable> tables) {
        Set<Long> seen = new HashSet<>();
        List<HeldConnection> fresh = new ArrayList<>();
        tables.forEach((pid, table) -> walk(pid, table, seen, fresh));
        if (isMissing(seen) && !pids.isEmpty()) {
            for (int pid : pids) {
                walk(pid, SocketTable.of(pid), seen, fresh);
            }
            // One that ends has lost its descriptors before it is gone: its connections live on with us.
            if (isMissing(seen) && ProcessIdentity.goesOn(pids.getFirst())) {
                held.connections().stream()
                        .filter(connection -> !seen.contains(connection.inode()))
                        .toList()
                        .forEach(held::dropped);
            }
        }
        return fresh;
    }

    /** As {@link #refresh}, of listeners alone. */
    public void refreshListeners(List<Integer> pids) {
        Set<Long> listening = SockDiag.listening(
                        ports.stream().map(PortSpec::port).distinct().toList())
                .stream()
                .map(TcpSocket::inode)
                .collect(Collectors.toSet());
        for (int pid : pids) {
            walk(pid, SocketTable.of(pid).with(listening), new HashSet<>(), new ArrayList<>());
        }
    }

    private boolean isMissing(Set<Long> seen) {
        return held.connections().stream().anyMatch(connection -> !seen.contains(connection.inode()));
    }

    /** How many sockets these processes have, managed or not. */
    public static int count(Collection<Integer> pids) {
        return SocketTable.inodes(pids).size();
    }

    private void walk(int pid, SocketTable table, Set<Long> seen, List<HeldConnection> fresh) {
        try (OwnedFd pidfd = Processes.pidfdOpen(pid);
                Fds.LinkReader ours = new Fds.LinkReader("/proc/self/fd")) {
            for (SocketTable.Entry entry : table.entries()) {
                long inode = entry.inode();
                if (!seen.add(inode) || held.holds(inode) || foreign.contains(inode)) {
                    continue;
                }
                HeldConnection connection = take(pidfd, entry, ours);
                if (connection != null) {
                    fresh.add(connection);
                    held.servedBy(pid);
                }
            }
        } catch (SyscallException e) {
            // The process went while we looked: what it had is gone or with another one.
            if (!ProcFiles.isGone(e)) {
                throw e;
            }
        }
    }

    private @Nullable HeldConnection take(OwnedFd pidfd, SocketTable.Entry entry, Fds.LinkReader ours) {
        OwnedFd fd;
        try {
            fd = Processes.pidfdGetfd(pidfd, entry.number());
        } catch (SyscallException e) {
            if (e.errno() == Errno.EBADF) {
                return null;
            }
            throw e;
        }
        try {
            // The number may have been closed and used again since we saw it.
            if (Fds.socketInode(ours.read(String.valueOf(fd.number()))) == entry.inode()) {
                return take(fd, entry.inode());
            }
            fd.close();
            return null;
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    private @Nullable HeldConnection take(OwnedFd fd, long inode) {
        Sockets sockets = held.sockets();
        InetSocketAddress local = sockets.localAddress(fd);
        if (local == null
                || !managed(ports, local)
                || sockets.option(fd, Sockets.SOL_SOCKET, SO_TYPE) != Sockets.SOCK_STREAM) {
            foreign.add(inode);
            fd.close();
            return null;
        }
        HeldConnection connection = connection(sockets, fd, inode, local);
        if (connection != null) {
            held.add(connection);
            return connection;
        }
        if (sockets.option(fd, Sockets.SOL_SOCKET, Sockets.SO_ACCEPTCONN) == 1) {
            held.add(listener(sockets, fd, inode, local));
        } else {
            fd.close();
        }
        return null;
    }

    /** A connection that the agent has accepted or taken itself; null, and closed, when the client has gone again. */
    static @Nullable HeldConnection adopt(Sockets sockets, OwnedFd fd) {
        InetSocketAddress local = sockets.localAddress(fd);
        HeldConnection connection = local == null ? null : connection(sockets, fd, Fds.socketInode(fd), local);
        if (connection == null) {
            fd.close();
        } else {
            connection.clear(sockets);
        }
        return connection;
    }

    /** Null when it is not connected. */
    private static @Nullable HeldConnection connection(
            Sockets sockets, OwnedFd fd, long inode, InetSocketAddress local) {
        byte[] rawPeer = sockets.rawPeerAddress(fd);
        InetSocketAddress peer = rawPeer.length == 0 ? null : sockets.peerAddress(fd);
        if (peer == null) {
            return null;
        }
        TcpRepair.end(sockets, fd);
        return new HeldConnection(fd, inode, local, peer, rawPeer);
    }

    private static HeldListener listener(Sockets sockets, OwnedFd fd, long inode, InetSocketAddress local) {
        int domain = sockets.option(fd, Sockets.SOL_SOCKET, Sockets.SO_DOMAIN);
        boolean v6only = domain == SocketAddresses.AF_INET6
                && sockets.option(fd, Sockets.IPPROTO_IPV6, Sockets.IPV6_V6ONLY) == 1;
        return new HeldListener(fd, inode, local, domain, v6only);
    }

    /** Whether a socket with that local address belongs to one of the ports. */
    public static boolean managed(List<PortSpec> ports, InetSocketAddress local) {
        return ports.stream()
                .anyMatch(port -> port.port() == local.getPort()
                        && (port.address() == null
                                || port.address().isAnyLocalAddress()
                                || local.getAddress().isAnyLocalAddress()
                                || port.address().equals(local.getAddress())));
    }
}
