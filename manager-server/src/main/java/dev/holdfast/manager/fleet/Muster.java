package dev.holdfast.manager.fleet;

import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.SessionRow;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Brings the streams that this manager has and the rows that say so together, after something may have been missed. */
public final class Muster {
    private final Database database;
    private final ConnectedAgents agents;
    private final UUID manager;

    public Muster(Database database, ConnectedAgents agents, UUID manager) {
        this.database = database;
        this.agents = agents;
        this.manager = manager;
    }

    /** All of them. */
    public void hold() {
        List<AgentSession> here = agents.all();
        Set<SessionRow> rows = new HashSet<>(database.ask(tx -> tx.sessions().of(manager)));
        here.stream().filter(session -> !rows.contains(session.row())).forEach(this::close);
        List<SessionRow> ended = rows.stream().filter(row -> !agents.has(row)).toList();
        if (!ended.isEmpty()) {
            database.run(tx -> tx.sessions().end(ended));
        }
    }

    /** Those of hosts whose agents have registered elsewhere. */
    public void hold(Set<UUID> hosts) {
        List<AgentSession> here =
                hosts.stream().flatMap(host -> agents.find(host).stream()).toList();
        List<AgentSession> replaced = here.isEmpty()
                ? List.of()
                : database.ask(tx -> here.stream()
                        .filter(session -> !tx.sessions().lock(session.row()))
                        .toList());
        replaced.forEach(this::close);
    }

    private void close(AgentSession session) {
        if (agents.remove(session)) {
            session.link().closeReplaced();
        }
    }
}
