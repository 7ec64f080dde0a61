package dev.holdfast.manager.store;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What hangs on a server process: its children, the ports it listens on, the clients connected to them. */
public record ProcessDetail(List<Child> children, List<Port> ports, List<Client> clients) {
    public static final ProcessDetail NONE = new ProcessDetail(List.of(), List.of(), List.of());

    /** Whether an agent that reports the other one says what is known, whatever the order; which hosts clients are on it does not say. */
    public boolean isReportedAs(ProcessDetail other) {
        return Set.copyOf(children).equals(Set.copyOf(other.children))
                && Set.copyOf(ports).equals(Set.copyOf(other.ports))
                && anywhere(clients).equals(anywhere(other.clients));
    }

    private static Set<Client> anywhere(List<Client> clients) {
        return clients.stream()
                .map(client -> new Client(
                        client.address(), null, client.pid(), client.command(), client.ports(), client.serverPort()))
                .collect(Collectors.toSet());
    }

    /** A process that the server forked. */
    public record Child(int pid, String command) {}

    /** A listening socket. */
    public record Port(String address, int port, long inode, int connections) {}

    /**
     * The far end of connections.
     *
     * @param host name of the known host that has the address; null for others, and when writing
     * @param pid 0 when the client is not on the server's host
     * @param ports the client's own
     */
    public record Client(
            String address, @Nullable String host, int pid, String command, List<Integer> ports, int serverPort) {
        /** This one with the other's ports too. */
        public Client and(Client other) {
            List<Integer> both =
                    Stream.concat(ports.stream(), other.ports.stream()).toList();
            return new Client(address, host, pid, command, both, serverPort);
        }
    }
}
