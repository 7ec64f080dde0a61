package dev.holdfast.manager.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The process-to-port list, and the tables of children and client processes. */
public final class ProcessDetails {
    private final Handle handle;

    ProcessDetails(Handle handle) {
        this.handle = handle;
    }

    public Map<UUID, ProcessDetail> of(Collection<UUID> processes) {
        Map<UUID, List<ProcessDetail.Child>> children = read(
                processes,
                "SELECT * FROM child_process WHERE process_id = ANY (:ids) ORDER BY pid",
                (row, context) -> new ProcessDetail.Child(row.getInt("pid"), row.getString("command")));
        Map<UUID, List<ProcessDetail.Port>> ports = read(
                processes,
                "SELECT * FROM process_port WHERE process_id = ANY (:ids) ORDER BY port, address, inode",
                (row, context) -> new ProcessDetail.Port(
                        row.getString("address"), row.getInt("port"), row.getLong("inode"), row.getInt("connections")));
        Map<UUID, List<ProcessDetail.Client>> clients = read(
                processes,
                """
                SELECT client_process.*, host.name AS host FROM client_process LEFT JOIN host ON host.id = host_id
                WHERE process_id = ANY (:ids) ORDER BY server_port, address, pid
                """,
                (row, context) -> new ProcessDetail.Client(
                        row.getString("address"),
                        row.getString("host"),
                        row.getInt("pid"),
                        row.getString("command"),
                        Columns.integers(row, "ports"),
                        row.getInt("server_port")));
        return processes.stream()
                .collect(Collectors.toMap(
                        Function.identity(),
                        id -> new ProcessDetail(
                                children.getOrDefault(id, List.of()),
                                ports.getOrDefault(id, List.of()),
                                clients.getOrDefault(id, List.of()))));
    }

    /**
     * Writes what a process has now. A client address is resolved to the known host that has it: the process's own host
     * first, whose loopback addresses are its own too.
     */
    public void replace(UUID process, UUID hostId, ProcessDetail detail) {
        for (String table : List.of("child_process", "process_port", "client_process")) {
            handle.execute("DELETE FROM " + table + " WHERE process_id = ?", process);
        }
        PreparedBatch children = handle.prepareBatch(
                "INSERT INTO child_process (process_id, pid, command) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
        detail.children().forEach(child -> children.add(process, child.pid(), child.command()));
        PreparedBatch ports = handle.prepareBatch("""
                INSERT INTO process_port (process_id, address, port, inode, connections) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """);
        detail.ports()
                .forEach(port -> ports.add(process, port.address(), port.port(), port.inode(), port.connections()));
        PreparedBatch clients = handle.prepareBatch("""
                INSERT INTO client_process (process_id, address, pid, server_port, command, ports, host_id)
                VALUES (:process, :address, :pid, :serverPort, :command, :ports,
                    CASE WHEN :loopback OR :pid > 0 THEN :own ELSE
                        (SELECT id FROM host WHERE addresses @> ARRAY[:address::text] ORDER BY id <> :own, id LIMIT 1) END)
                """);
        for (ProcessDetail.Client client : detail.clients()) {
            clients.bind("process", process)
                    .bind("address", client.address())
                    .bind("pid", client.pid())
                    .bind("serverPort", client.serverPort())
                    .bind("command", client.command())
                    .bindArray("ports", Integer.class, client.ports())
                    .bind(
                            "loopback",
                            client.address().startsWith("127.")
                                    || client.address().equals("::1"))
                    .bind("own", hostId)
                    .add();
        }
        for (PreparedBatch batch : List.of(children, ports, clients)) {
            if (batch.size() > 0) {
                batch.execute();
            }
        }
    }

    private <T> Map<UUID, List<T>> read(Collection<UUID> processes, String sql, RowMapper<T> mapper) {
        return handle
                .createQuery(sql)
                .bindArray("ids", UUID.class, List.copyOf(processes))
                .map((row, context) -> Map.entry(Columns.uuid(row, "process_id"), mapper.map(row, context)))
                .list()
                .stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    }
}
