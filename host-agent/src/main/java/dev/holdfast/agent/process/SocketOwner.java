package dev.holdfast.agent.process;

import dev.holdfast.agent.linux.SockDiag;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Whose a socket of this host is. */
public final class SocketOwner {
    private SocketOwner() {}

    /** Whether a process, or a child of it, has the established socket with that local address. */
    public static boolean owns(int pid, InetSocketAddress local) {
        Set<Long> inodes = SocketInodes.of(ProcessTree.of(pid).pids());
        return SockDiag.connections(List.of(local.getPort())).stream()
                .anyMatch(socket -> socket.local().equals(local) && inodes.contains(socket.inode()));
    }

    /**
     * Which processes besides those have one of the sockets open. Costs microseconds for each descriptor of the host.
     *
     * @return by pid, which of them
     */
    public static Map<Integer, Set<Long>> others(Set<Long> inodes, Collection<Integer> except) {
        Map<Integer, Set<Long>> found = new TreeMap<>();
        for (ProcStat stat : ProcStat.all()) {
            if (!except.contains(stat.pid())) {
                Set<Long> theirs = SocketInodes.of(Set.of(stat.pid()));
                theirs.retainAll(inodes);
                if (!theirs.isEmpty()) {
                    found.put(stat.pid(), theirs);
                }
            }
        }
        return found;
    }
}
