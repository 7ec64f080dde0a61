package dev.holdfast.agent.preflight;

import dev.holdfast.agent.linux.SockDiag;
import dev.holdfast.agent.linux.TcpSocket;
import dev.holdfast.agent.takeover.Holder;
import dev.holdfast.agent.takeover.SocketTable;
import dev.holdfast.common.manifest.PortSpec;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sockets of a server that an upgrade would take over.
 *
 * @param tables all sockets of each process
 */
record ServerSockets(Map<Integer, SocketTable> tables, List<TcpSocket> listeners, List<TcpSocket> connections) {
    static ServerSockets of(Collection<Integer> pids, List<PortSpec> ports) {
        Map<Integer, SocketTable> tables = new LinkedHashMap<>();
        Set<Long> inodes = new HashSet<>();
        for (int pid : pids) {
            SocketTable table = SocketTable.of(pid);
            tables.put(pid, table);
            table.entries().forEach(entry -> inodes.add(entry.inode()));
        }
        List<Integer> numbers = ports.stream().map(PortSpec::port).distinct().toList();
        return new ServerSockets(
                tables,
                theirs(SockDiag.listening(numbers), inodes, ports),
                theirs(SockDiag.connections(numbers), inodes, ports));
    }

    private static List<TcpSocket> theirs(List<TcpSocket> all, Set<Long> inodes, List<PortSpec> ports) {
        return all.stream()
                .filter(socket -> inodes.contains(socket.inode()) && Holder.managed(ports, socket.local()))
                .toList();
    }

    Set<Long> listenerInodes() {
        return inodes(listeners);
    }

    Set<Long> connectionInodes() {
        return inodes(connections);
    }

    /** Of listeners and connections. */
    Set<Long> inodes() {
        return Stream.of(listenerInodes(), connectionInodes())
                .flatMap(Set::stream)
                .collect(Collectors.toSet());
    }

    private static Set<Long> inodes(List<TcpSocket> sockets) {
        return sockets.stream().map(TcpSocket::inode).collect(Collectors.toSet());
    }
}
