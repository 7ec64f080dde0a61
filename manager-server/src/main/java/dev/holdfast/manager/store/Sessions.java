package dev.holdfast.manager.store;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Which manager has the stream of a host's agent, and which of its streams that is: columns of the table of hosts. */
public final class Sessions {
    private final Handle handle;

    Sessions(Handle handle) {
        this.handle = handle;
    }

    /**
     * A host that a registration has to do with.
     *
     * @param managerId null when no manager has a stream
     * @param connected whether that manager lives
     */
    public record Claim(UUID hostId, @Nullable UUID managerId, boolean connected) {}

    /** The host itself and the one that has its name, where there are such; locked until the transaction ends. */
    public List<Claim> claim(UUID hostId, String name) {
        return handle.createQuery("SELECT host.id, manager_id, " + Hosts.CONNECTED + """
                         AS connected FROM host LEFT JOIN manager ON manager.id = manager_id
                        WHERE host.id = :id OR host.name = :name ORDER BY host.id FOR UPDATE OF host
                        """)
                .bind("id", hostId)
                .bind("name", name)
                .map((row, context) -> new Claim(
                        Columns.uuid(row, "id"), Columns.uuidOrNull(row, "manager_id"), row.getBoolean("connected")))
                .list();
    }

    /** Whether it is the host's last; until the transaction ends no other one begins. */
    public boolean lock(SessionRow session) {
        return handle.createQuery("""
                        SELECT true FROM host WHERE id = :host AND session = :number AND manager_id IS NOT NULL
                        FOR NO KEY UPDATE
                        """)
                .bind("host", session.hostId())
                .bind("number", session.number())
                .mapTo(Boolean.class)
                .findOne()
                .isPresent();
    }

    /** Those of which a manager is said to have the stream. */
    public List<SessionRow> of(UUID manager) {
        return handle.createQuery("SELECT id, session FROM host WHERE manager_id = :manager")
                .bind("manager", manager)
                .map((row, context) -> new SessionRow(Columns.uuid(row, "id"), row.getLong("session")))
                .list();
    }

    /** Writes that they have ended; one after which another one has begun is none of theirs any more. */
    public void end(Collection<SessionRow> sessions) {
        handle.createUpdate("""
                        UPDATE host SET manager_id = NULL, last_seen_time = now()
                        FROM unnest(:hosts, :numbers) AS ended (host, number) WHERE id = host AND session = number
                        """)
                .bindArray(
                        "hosts",
                        UUID.class,
                        sessions.stream().map(SessionRow::hostId).toList())
                .bindArray(
                        "numbers",
                        Long.class,
                        sessions.stream().map(SessionRow::number).toList())
                .execute();
    }
}
