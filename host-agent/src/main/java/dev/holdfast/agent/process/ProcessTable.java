package dev.holdfast.agent.process;

import com.google.common.net.InetAddresses;
import dev.holdfast.agent.linux.SockDiag;
import dev.holdfast.agent.linux.TcpSocket;
import dev.holdfast.agent.process.TableEntry.Child;
import dev.holdfast.agent.process.TableEntry.Client;
import dev.holdfast.agent.process.TableEntry.ListeningPort;
import dev.holdfast.common.manifest.PortSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an agent sees of its managed processes: children, listening sockets, connections and clients, read from /proc
 * and sock_diag. A connection belongs to the server that has it open, whoever else has its port. For one thread.
 */
public final class ProcessTable {
    private final SocketOwners<String> owners = new SocketOwners<>();
    private final ClientProcesses clientProcesses = new ClientProcesses();
    private Map<String, List<TcpSocket>> connections = Map.of();
    private Map<String, List<Client>> clients = Map.of();
    private Set<ProcessIdentity> looked = Set.of();

    /**
     * Reads it anew.
     *
     * @param withClients also connections and clients, which costs some microseconds for each; else those of the
     *     last time are shown again
     */
    public List<TableEntry> read(List<ManagedProcess> processes, boolean withClients) {
        List<ManagedProcess> live =
                processes.stream().filter(ManagedProcess::live).toList();
        List<ProcStat> all = live.isEmpty() ? List.of() : ProcStat.all();
        Map<String, ProcessTree> trees = live.stream()
                .collect(Collectors.toMap(ManagedProcess::processId, process -> ProcessTree.of(process.pid(), all)));
        Set<Integer> ports = live.stream()
                .flatMap(process -> process.manifest().ports().stream())
                .map(PortSpec::port)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<ProcessIdentity> now = live.stream().map(ManagedProcess::identity).collect(Collectors.toSet());
        // What was nobody's may be a new process's: it has sockets that are older than itself after a takeover.
        boolean stubborn = withClients || !now.equals(looked);
        looked = now;
        Map<String, List<TcpSocket>> listening = look(ports, trees, withClients, stubborn);
        return processes.stream()
                .map(process -> entry(process, trees.get(process.processId()), listening))
                .toList();
    }

    private Map<String, List<TcpSocket>> look(
            Set<Integer> ports, Map<String, ProcessTree> trees, boolean withClients, boolean stubborn) {
        List<TcpSocket> listening = SockDiag.listening(ports);
        List<TcpSocket> ends = withClients ? SockDiag.bothEnds(ports) : List.of();
        List<TcpSocket> serverEnds = new ArrayList<>(listening);
        ends.stream().filter(socket -> ports.contains(socket.local().getPort())).forEach(serverEnds::add);
        connections.values().forEach(known -> serverEnds.addAll(withClients ? List.of() : known));
        Map<Long, String> byCookie = owners.of(serverEnds, () -> search(trees), stubborn);
        if (withClients) {
            connections = byOwner(ends, byCookie);
            List<TcpSocket> served =
                    connections.values().stream().flatMap(List::stream).toList();
            clientProcesses.look(ends, served);
            clients = connections.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, entry -> clientProcesses.of(entry.getValue())));
        }
        return byOwner(listening, byCookie);
    }

    private static Map<Long, String> search(Map<String, ProcessTree> trees) {
        Map<Long, String> found = new HashMap<>();
        trees.forEach((id, tree) -> SocketInodes.of(tree.pids()).forEach(inode -> found.put(inode, id)));
        return found;
    }

    private static Map<String, List<TcpSocket>> byOwner(List<TcpSocket> sockets, Map<Long, String> byCookie) {
        return sockets.stream()
                .filter(socket -> byCookie.containsKey(socket.cookie()))
                .collect(Collectors.groupingBy(socket -> Objects.requireNonNull(byCookie.get(socket.cookie()))));
    }

    private TableEntry entry(
            ManagedProcess process, @Nullable ProcessTree tree, Map<String, List<TcpSocket>> listening) {
        if (tree == null) {
            return new TableEntry(process, List.of(), List.of(), List.of());
        }
        String id = process.processId();
        List<Child> children = tree.pids().stream()
                .filter(pid -> pid != process.pid())
                .sorted()
                .map(pid -> new Child(pid, CommandLine.of(pid)))
                .toList();
        List<ListeningPort> ports = listening.getOrDefault(id, List.of()).stream()
                .map(socket -> port(socket, connections.getOrDefault(id, List.of())))
                .sorted(Comparator.comparingInt(ListeningPort::port).thenComparingLong(ListeningPort::inode))
                .toList();
        return new TableEntry(process, children, ports, clients.getOrDefault(id, List.of()));
    }

    private static ListeningPort port(TcpSocket listener, List<TcpSocket> connections) {
        int port = listener.local().getPort();
        long count = connections.stream()
                .filter(connection -> connection.local().getPort() == port)
                .count();
        return new ListeningPort(
                InetAddresses.toAddrString(listener.local().getAddress()), port, listener.inode(), (int) count);
    }
}
