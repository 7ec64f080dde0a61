package dev.holdfast.manager.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** The table of the hosts that upgrades go over. Whoever writes has locked the upgrade. */
public final class UpgradeHosts {
    private final Handle handle;

    UpgradeHosts(Handle handle) {
        this.handle = handle;
    }

    /**
     * The plan.
     *
     * @param hosts in its order
     * @param waves the number of each host's
     */
    public void insert(UUID upgradeId, List<UUID> hosts, List<Integer> waves) {
        handle.createUpdate("""
                        INSERT INTO upgrade_host (upgrade_id, host_id, wave, position, state)
                        SELECT :upgrade, host, wave, position - 1, 'waiting'
                        FROM unnest(:hosts, :waves) WITH ORDINALITY AS plan (host, wave, position)
                        """)
                .bind("upgrade", upgradeId)
                .bindArray("hosts", UUID.class, hosts)
                .bindArray("waves", Integer.class, waves)
                .execute();
    }

    /** In the plan's order. */
    public List<UpgradeHostRow> of(UUID upgradeId) {
        return handle.createQuery("""
                        WITH work AS (
                            SELECT c.host_id, c.back, count(*) FILTER (WHERE c.end_time IS NULL) AS open,
                                count(*) FILTER (WHERE c.state = 'done') AS done,
                                (array_agg(c.state ORDER BY c.state = 'failed' DESC, c.end_time)
                                    FILTER (WHERE c.state IN ('aborted', 'reverted', 'failed')))[1] AS failure,
                                (array_agg(c.reason ORDER BY c.state = 'failed' DESC, c.end_time)
                                    FILTER (WHERE c.state IN ('aborted', 'reverted', 'failed')))[1] AS failure_reason,
                                coalesce(sum(t.connections), 0) AS resets, bool_and(p.state = 'running') AS running
                            FROM cycle c JOIN server_process p ON p.id = c.process_id
                                LEFT JOIN outcome_total t ON t.cycle_id = c.id AND t.outcome = 'reset'
                            WHERE c.upgrade_id = :id GROUP BY c.host_id, c.back)
                        SELECT u.*, <holds>, host.name AS host, w.open, coalesce(forth.done, 0) AS done, w.failure,
                            w.failure_reason, w.resets, coalesce(forth.running, false) AS running,
                            <connected> AS connected, greatest(host.last_seen_time, manager.heartbeat_time) AS seen_time
                        FROM upgrade_host u JOIN host ON host.id = u.host_id
                            LEFT JOIN manager ON manager.id = host.manager_id
                            LEFT JOIN work forth ON forth.host_id = u.host_id AND NOT forth.back
                            LEFT JOIN work w ON w.host_id = u.host_id AND w.back = (u.return_time IS NOT NULL)
                        WHERE u.upgrade_id = :id ORDER BY u.position
                        """)
                .define("connected", Hosts.CONNECTED)
                .define("holds", Gates.HOLDS)
                .bind("id", upgradeId)
                .map(UpgradeHosts::row)
                .list();
    }

    /**
     * Where bundles are wanted ahead: on the hosts that wait for their turn in the first wave that has not ended, and in
     * the one after it.
     *
     * @param hosts null for all
     */
    public List<StageRow> staging(@Nullable Collection<UUID> hosts) {
        return handle.createQuery("""
                        SELECT h.host_id, u.id, u.image_id
                        FROM upgrade u JOIN image i ON i.id = u.image_id JOIN upgrade_host h ON h.upgrade_id = u.id
                        WHERE u.state = 'running' AND u.stop_time IS NULL AND i.bundle_digest IS NOT NULL
                            AND h.state = 'waiting' AND (:hosts::uuid[] IS NULL OR h.host_id = ANY (:hosts))
                            AND h.wave <= 1 + (SELECT min(number) FROM wave w
                                WHERE w.upgrade_id = u.id AND w.end_time IS NULL)
                        ORDER BY u.id
                        """)
                .bindByType("hosts", DueRow.array(hosts), UUID[].class)
                .map((row, context) ->
                        new StageRow(Columns.uuid(row, "host_id"), Columns.uuid(row, "id"), row.getLong("image_id")))
                .list();
    }

    /** Its turn has come: from now on its cycles may begin. */
    public void begin(UUID upgradeId, UUID hostId) {
        become(upgradeId, hostId, "upgrading", ", begin_time = now()");
    }

    public void check(UUID upgradeId, UUID hostId) {
        become(upgradeId, hostId, "checking", "");
    }

    /** Its turn to go back has come. */
    public void goBack(UUID upgradeId, UUID hostId) {
        become(upgradeId, hostId, "returning", ", return_time = now(), undo_reason = NULL, ending = NULL, reason = ''");
    }

    private void become(UUID upgradeId, UUID hostId, String state, String more) {
        handle.createUpdate("UPDATE upgrade_host SET state = :state, state_time = now()<more>"
                        + " WHERE upgrade_id = :upgrade AND host_id = :host")
                .define("more", more)
                .bind("state", state)
                .bind("upgrade", upgradeId)
                .bind("host", hostId)
                .execute();
    }

    public void undo(UUID upgradeId, UUID hostId, String reason) {
        handle.execute(
                "UPDATE upgrade_host SET undo_reason = ? WHERE upgrade_id = ? AND host_id = ?",
                reason,
                upgradeId,
                hostId);
    }

    public void end(UUID upgradeId, UUID hostId, String state, String ending, String reason) {
        handle.execute("""
                UPDATE upgrade_host SET state = ?, state_time = now(), ending = ?, reason = ?
                WHERE upgrade_id = ? AND host_id = ?
                """, state, ending, reason, upgradeId, hostId);
    }

    /** It is not taken back. */
    public void leave(UUID upgradeId, UUID hostId, String reason) {
        handle.execute("""
                UPDATE upgrade_host SET state = 'failed', state_time = now(), return_time = now(), ending = 'failed',
                    reason = ?
                WHERE upgrade_id = ? AND host_id = ?
                """, reason, upgradeId, hostId);
    }

    /** What its queries said just now. */
    public void gate(UUID upgradeId, UUID hostId, boolean holds, String detail) {
        handle.createUpdate("""
                        UPDATE upgrade_host SET <gate> WHERE upgrade_id = :upgrade AND host_id = :host
                        """)
                .define("gate", Gates.ASKED)
                .bind("holds", holds)
                .bind("detail", detail)
                .bind("upgrade", upgradeId)
                .bind("host", hostId)
                .execute();
    }

    private static UpgradeHostRow row(ResultSet row, StatementContext context) throws SQLException {
        return new UpgradeHostRow(
                Columns.uuid(row, "host_id"),
                row.getString("host"),
                row.getInt("wave"),
                row.getString("state"),
                Columns.instant(row, "state_time"),
                Columns.instantOrNull(row, "begin_time"),
                Columns.instantOrNull(row, "return_time"),
                textOrNull(row, "undo_reason"),
                textOrNull(row, "ending"),
                row.getString("reason"),
                Columns.instantOrNull(row, "holds"),
                row.getString("gate_detail"),
                row.getBoolean("connected"),
                Columns.instant(row, "seen_time"),
                row.getBoolean("running"),
                new UpgradeHostRow.Work(
                        row.getInt("open"),
                        row.getInt("done"),
                        textOrNull(row, "failure"),
                        textOrNull(row, "failure_reason"),
                        row.getInt("resets")));
    }

    private static @Nullable String textOrNull(ResultSet row, String column) throws SQLException {
        return row.getString(column);
    }
}
