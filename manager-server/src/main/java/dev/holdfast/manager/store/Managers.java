package dev.holdfast.manager.store;

import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The table of managers. */
public final class Managers {
    private final Handle handle;

    Managers(Handle handle) {
        this.handle = handle;
    }

    /** It lives now. Gives how many others do. */
    public int beat(UUID id, String admin, String agents) {
        handle.createUpdate("""
                        INSERT INTO manager (id, admin, agents, heartbeat_time)
                        VALUES (:id, :admin, :agents, clock_timestamp())
                        ON CONFLICT (id) DO UPDATE SET heartbeat_time = EXCLUDED.heartbeat_time
                        """)
                .bind("id", id)
                .bind("admin", admin)
                .bind("agents", agents)
                .execute();
        return handle.createQuery("SELECT count(*) FROM manager WHERE id <> :id AND " + Hosts.MANAGER_LIVES)
                .bind("id", id)
                .mapTo(Integer.class)
                .one();
    }

    /** Clears away what dead ones have left: themselves, and questions that nobody waits for any more. */
    public void clear() {
        handle.execute("""
                WITH dead AS (DELETE FROM manager WHERE heartbeat_time < clock_timestamp() - interval '1 hour'
                    RETURNING id, heartbeat_time)
                UPDATE host SET manager_id = NULL, last_seen_time = greatest(last_seen_time, heartbeat_time)
                FROM dead WHERE manager_id = dead.id
                """);
        handle.execute("DELETE FROM question WHERE create_time < now() - interval '1 hour'");
    }

    /** Its hosts are not connected from now on. */
    public void leave(UUID id) {
        handle.execute("UPDATE host SET manager_id = NULL, last_seen_time = now() WHERE manager_id = ?", id);
        handle.execute("DELETE FROM manager WHERE id = ?", id);
    }
}
