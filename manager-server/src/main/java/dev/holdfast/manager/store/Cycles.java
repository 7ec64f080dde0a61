package dev.holdfast.manager.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** The table of cycles, and the paused process list. */
public final class Cycles {
    private static final String SELECT = """
            SELECT cycle.*, host.name AS host, old.version AS from_version, new.version AS to_version
            FROM cycle JOIN host ON host.id = host_id JOIN image old ON old.id = from_image_id
                JOIN image new ON new.id = to_image_id
            """;

    private final Handle handle;

    Cycles(Handle handle) {
        this.handle = handle;
    }

    /** Inserts queued cycles that take processes from what they run to the upgrade's image. */
    public void insert(UUID upgradeId, List<UUID> ids, List<UUID> processIds) {
        handle.createUpdate("""
                        INSERT INTO cycle (id, upgrade_id, tenant_id, image_name, process_id, host_id, from_image_id,
                            to_image_id, state)
                        SELECT planned.id, u.id, p.tenant_id, p.image_name, p.id, p.host_id, p.image_id, u.image_id,
                            'queued'
                        FROM unnest(:ids, :processes) AS planned (id, process) JOIN server_process p ON p.id = process
                            JOIN upgrade u ON u.id = :upgrade
                        """)
                .bindArray("ids", UUID.class, ids)
                .bindArray("processes", UUID.class, processIds)
                .bind("upgrade", upgradeId)
                .execute();
    }

    /** Inserts a queued cycle that takes a process back to what it ran before another one. */
    public void insertBack(UUID id, CycleRow done) {
        handle.createUpdate("""
                        INSERT INTO cycle (id, upgrade_id, tenant_id, image_name, process_id, host_id, from_image_id,
                            to_image_id, state, back)
                        SELECT :id, upgrade_id, tenant_id, image_name, process_id, host_id, to_image_id, from_image_id,
                            'queued', true
                        FROM cycle WHERE id = :done
                        """).bind("id", id).bind("done", done.id()).execute();
    }

    public Optional<CycleRow> find(UUID id) {
        return handle.createQuery(SELECT + "WHERE cycle.id = :id")
                .bind("id", id)
                .map(Cycles::row)
                .findOne();
    }

    /** The one that a process is in or waits for. */
    public Optional<CycleRow> findOpen(UUID processId) {
        return handle.createQuery(SELECT + "WHERE process_id = :process AND cycle.end_time IS NULL")
                .bind("process", processId)
                .map(Cycles::row)
                .findOne();
    }

    /** Those of a host that are not over, in the order in which they were planned. */
    public List<CycleRow> open(UUID hostId) {
        return handle.createQuery(SELECT + "WHERE cycle.host_id = :host AND cycle.end_time IS NULL ORDER BY cycle.id")
                .bind("host", hostId)
                .map(Cycles::row)
                .list();
    }

    /** Those of a host that have begun, and do not keep it from others. */
    public List<CycleRow> lingering(UUID hostId) {
        return handle.createQuery(
                        SELECT + "WHERE cycle.host_id = :host AND cycle.end_time IS NULL AND lingers ORDER BY cycle.id")
                .bind("host", hostId)
                .map(Cycles::row)
                .list();
    }

    /** Those of a host in an upgrade, forth or back, in the order in which they were planned. */
    public List<CycleRow> ofHost(UUID upgradeId, UUID hostId) {
        return handle.createQuery(SELECT + "WHERE upgrade_id = :upgrade AND cycle.host_id = :host ORDER BY cycle.id")
                .bind("upgrade", upgradeId)
                .bind("host", hostId)
                .map(Cycles::row)
                .list();
    }

    /**
     * The one whose turn it is on a host: the one that has begun, else the oldest of those that may begin and whose process
     * is past starting.
     */
    public Optional<CycleRow> findTurn(UUID hostId) {
        return handle.createQuery(SELECT + """
                        WHERE cycle.host_id = :host AND cycle.end_time IS NULL AND NOT lingers
                            AND (cycle.start_time IS NOT NULL OR EXISTS (
                                SELECT FROM server_process p, upgrade_host u
                                WHERE p.id = process_id AND p.state NOT IN ('requested', 'starting')
                                    AND u.upgrade_id = cycle.upgrade_id AND u.host_id = cycle.host_id
                                    AND u.state IN ('upgrading', 'returning')))
                        ORDER BY cycle.start_time NULLS LAST, cycle.id LIMIT 1
                        """)
                .bind("host", hostId)
                .map(Cycles::row)
                .findOne();
    }

    /**
     * Those that have begun, or whose turn it may be: {@link #findTurn} and {@link #lingering} of many hosts.
     *
     * @param hosts null for all
     */
    public List<DueRow> due(@Nullable Collection<UUID> hosts) {
        return handle.createQuery("""
                        SELECT cycle.host_id, cycle.id, start_time IS NOT NULL AS begun, undo_reason IS NOT NULL AS ending
                        FROM cycle
                        WHERE cycle.end_time IS NULL AND (:hosts::uuid[] IS NULL OR cycle.host_id = ANY (:hosts))
                            AND (start_time IS NOT NULL OR
                                NOT EXISTS (SELECT FROM cycle other WHERE other.host_id = cycle.host_id
                                    AND other.end_time IS NULL AND other.start_time IS NOT NULL AND NOT other.lingers)
                                AND EXISTS (SELECT FROM server_process p, upgrade_host u
                                    WHERE p.id = process_id AND p.state NOT IN ('requested', 'starting')
                                        AND u.upgrade_id = cycle.upgrade_id AND u.host_id = cycle.host_id
                                        AND u.state IN ('upgrading', 'returning')))
                        """)
                .bindByType("hosts", DueRow.array(hosts), UUID[].class)
                .map((row, context) -> new DueRow(
                        Columns.uuid(row, "host_id"),
                        Columns.uuid(row, "id"),
                        row.getBoolean("begun"),
                        row.getBoolean("ending")))
                .list();
    }

    /** In the order in which they were planned. */
    public List<CycleRow> ofUpgrades(Collection<UUID> upgradeIds) {
        return handle.createQuery(SELECT + "WHERE upgrade_id = ANY (:ids) ORDER BY cycle.id")
                .bindArray("ids", UUID.class, List.copyOf(upgradeIds))
                .map(Cycles::row)
                .list();
    }

    public void begin(UUID id) {
        handle.execute("UPDATE cycle SET start_time = now() WHERE id = ?", id);
    }

    /** From now on its agent is told to undo it. */
    public void undo(UUID id, String reason) {
        handle.execute("UPDATE cycle SET undo_reason = ? WHERE id = ?", reason, id);
    }

    /** Those that there are. */
    public List<CycleRow> find(Collection<UUID> ids) {
        return handle.createQuery(SELECT + "WHERE cycle.id = ANY (:ids)")
                .bindArray("ids", UUID.class, List.copyOf(ids))
                .map(Cycles::row)
                .list();
    }

    /** Writes states that are not final, and which processes are in the paused process list. */
    public void progress(Map<UUID, CycleState> states) {
        List<UUID> ids = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        List<UUID> paused = new ArrayList<>();
        states.forEach((id, state) -> {
            ids.add(id);
            columns.add(state.column());
            if (state.isPaused()) {
                paused.add(id);
            }
        });
        handle.createUpdate("DELETE FROM paused_process WHERE cycle_id = ANY (:ids) AND cycle_id <> ALL (:paused)")
                .bindArray("ids", UUID.class, ids)
                .bindArray("paused", UUID.class, paused)
                .execute();
        // One that has lingered may go back while another one of its host is underway.
        handle.createUpdate("""
                        UPDATE cycle SET state = said.state, lingers = lingers OR said.state = 'lingering'
                        FROM unnest(:ids, :states) AS said (id, state) WHERE cycle.id = said.id
                        """)
                .bindArray("ids", UUID.class, ids)
                .bindArray("states", String.class, columns)
                .execute();
        handle.createUpdate("""
                        INSERT INTO paused_process (process_id, cycle_id)
                        SELECT process_id, id FROM cycle WHERE id = ANY (:paused) ON CONFLICT DO NOTHING
                        """).bindArray("paused", UUID.class, paused).execute();
    }

    /** Writes a final state and takes the process from the paused process list. */
    public void end(UUID id, CycleState state, String reason, Instant time) {
        unpause(id);
        handle.execute(
                "UPDATE cycle SET state = ?, reason = ?, end_time = ? WHERE id = ?", state.column(), reason, time, id);
    }

    /** Ends one that has begun without a report, which may still come. */
    public void giveUp(UUID id, String reason, Instant time) {
        end(id, CycleState.FAILED, reason, time);
        handle.execute("UPDATE cycle SET unreported = true WHERE id = ?", id);
    }

    /** The report of one that was given up has come. */
    public void reported(UUID id) {
        handle.execute("UPDATE cycle SET unreported = false WHERE id = ?", id);
    }

    /** Whether no later cycle has changed what this one's process runs. */
    public boolean isLatest(CycleRow cycle) {
        return handle.createQuery("""
                        SELECT NOT EXISTS (
                            SELECT FROM cycle WHERE process_id = :process AND id > :id AND state = 'done')
                        """)
                .bind("process", cycle.processId())
                .bind("id", cycle.id())
                .mapTo(Boolean.class)
                .one();
    }

    private void unpause(UUID id) {
        handle.execute("DELETE FROM paused_process WHERE cycle_id = ?", id);
    }

    private static CycleRow row(ResultSet row, StatementContext context) throws SQLException {
        return new CycleRow(
                Columns.uuid(row, "id"),
                Columns.uuid(row, "upgrade_id"),
                Columns.uuid(row, "process_id"),
                Columns.uuid(row, "host_id"),
                row.getString("host"),
                row.getString("from_version"),
                row.getLong("to_image_id"),
                row.getString("to_version"),
                CycleState.of(row.getString("state")),
                row.getString("reason"),
                Columns.instantOrNull(row, "start_time"),
                Columns.instantOrNull(row, "end_time"),
                row.getBoolean("back"),
                row.getString("undo_reason"),
                row.getBoolean("unreported"));
    }
}
