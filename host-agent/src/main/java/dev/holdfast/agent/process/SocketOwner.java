package dev.holdfast.agent.process;

import dev.holdfast.agent.linux.SockDiag;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/** Whose a socket of this host is. */
public final class SocketOwner {
    private SocketOwner() {}

    /** Whether a process, or a child of it, has the established socket with that local address. */
    public static boolean owns(int pid, InetSocketAddress local) {
        Set<Long> inodes = SocketInodes.of(ProcessTree.of(pid).pids());
        return SockDiag.connections(List.of(local.getPort())).stream()
                .anyMatch(socket -> socket.local().equals(local) && inodes.contains(socket.inode()));
    }
}
