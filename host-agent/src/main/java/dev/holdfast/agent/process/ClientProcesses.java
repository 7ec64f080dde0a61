package dev.holdfast.agent.process;

import com.google.common.net.InetAddresses;
import dev.holdfast.agent.linux.TcpSocket;
import dev.holdfast.agent.process.TableEntry.Client;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The far ends of connections: by address, and by process where that is on this host. */
final class ClientProcesses {
    /** Beyond this many descriptors on the whole host, the rest of the clients stay without their process. */
    private static final int DESCRIPTORS_AT_MOST = 200_000;

    private record Ends(InetSocketAddress one, InetSocketAddress other) {}

    private record Group(InetAddress address, int pid, int serverPort) {}

    private final SocketOwners<Integer> owners = new SocketOwners<>();
    private Map<Ends, TcpSocket> byEnds = Map.of();
    private Map<Long, Integer> pids = Map.of();

    /** Takes in all connections of the host that have a managed port at either end. */
    void look(Collection<TcpSocket> sockets, Collection<TcpSocket> served) {
        byEnds = HashMap.newHashMap(sockets.size());
        sockets.forEach(socket -> byEnds.put(new Ends(socket.local(), socket.remote()), socket));
        List<TcpSocket> farEnds = new ArrayList<>();
        for (TcpSocket socket : served) {
            TcpSocket far = farEnd(socket);
            if (far != null) {
                farEnds.add(far);
            }
        }
        pids = owners.of(farEnds, ClientProcesses::search, false);
    }

    private @Nullable TcpSocket farEnd(TcpSocket socket) {
        return byEnds.get(new Ends(socket.remote(), socket.local()));
    }

    /** Those of the connections, in an order that stays. */
    List<Client> of(Collection<TcpSocket> connections) {
        Map<Group, List<Integer>> groups = new HashMap<>();
        for (TcpSocket socket : connections) {
            TcpSocket far = farEnd(socket);
            int pid = far == null ? 0 : pids.getOrDefault(far.cookie(), 0);
            Group group =
                    new Group(socket.remote().getAddress(), pid, socket.local().getPort());
            groups.computeIfAbsent(group, _ -> new ArrayList<>())
                    .add(socket.remote().getPort());
        }
        List<Client> clients = new ArrayList<>();
        groups.forEach((group, ports) -> clients.add(new Client(
                InetAddresses.toAddrString(group.address()),
                group.pid(),
                group.pid() == 0 ? "" : CommandLine.of(group.pid()),
                ports.stream().sorted().toList(),
                group.serverPort())));
        clients.sort(Comparator.comparing(Client::address)
                .thenComparingInt(Client::pid)
                .thenComparingInt(Client::serverPort));
        return clients;
    }

    private static Map<Long, Integer> search() {
        Map<Long, Integer> found = new HashMap<>();
        int left = DESCRIPTORS_AT_MOST;
        for (ProcStat stat : ProcStat.all()) {
            if (left <= 0) {
                break;
            }
            left -= SocketInodes.visit(stat.pid(), inode -> found.putIfAbsent(inode, stat.pid()));
        }
        return found;
    }
}
