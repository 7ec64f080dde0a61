package dev.holdfast.agent.process;

import java.util.List;

/** A managed process with what is seen of it on this host. */
public record TableEntry(
        ManagedProcess process, List<Child> children, List<ListeningPort> ports, List<Client> clients) {
    public TableEntry {
        children = List.copyOf(children);
        ports = List.copyOf(ports);
        clients = List.copyOf(clients);
    }

    /** A process of the server's tree, other than its root. */
    public record Child(int pid, String command) {}

    /**
     * A listening socket.
     *
     * @param inode stays the same through upgrades
     * @param connections established ones that the server has accepted on the port
     */
    public record ListeningPort(String address, int port, long inode, int connections) {}

    /**
     * Far ends of connections to one managed port, from one address and, on this host, one process.
     *
     * @param pid 0 when the client is not on this host, or not found
     * @param ports the client's own, in order
     */
    public record Client(String address, int pid, String command, List<Integer> ports, int serverPort) {
        public Client {
            ports = List.copyOf(ports);
        }
    }

    /** Without what clients do: changes in the rest are worth telling at once. */
    public TableEntry structure() {
        List<ListeningPort> quiet = ports.stream()
                .map(port -> new ListeningPort(port.address(), port.port(), port.inode(), 0))
                .toList();
        return new TableEntry(process, children, quiet, List.of());
    }
}
