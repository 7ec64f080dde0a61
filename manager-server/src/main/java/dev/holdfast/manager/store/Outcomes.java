package dev.holdfast.manager.store;

import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The tables of connection outcomes and of the times of a cycle's steps. */
public final class Outcomes {
    private final Handle handle;

    Outcomes(Handle handle) {
        this.handle = handle;
    }

    /** All of a cycle, and how many of them there are of each. */
    public void insert(UUID cycleId, List<OutcomeRow> outcomes) {
        PreparedBatch batch = handle.prepareBatch("""
                INSERT INTO connection_outcome
                    (cycle_id, position, local, peer, outcome, reason, bytes_waiting, paused_ns)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """);
        for (OutcomeRow row : outcomes) {
            batch.add(
                    row.cycleId(),
                    row.position(),
                    row.local(),
                    row.peer(),
                    row.outcome().column(),
                    row.reason(),
                    row.bytesWaiting(),
                    row.paused().toNanos());
        }
        if (batch.size() > 0) {
            batch.execute();
        }
        handle.execute("""
                INSERT INTO outcome_total SELECT cycle_id, outcome, count(*) FROM connection_outcome WHERE cycle_id = ?
                GROUP BY cycle_id, outcome
                """, cycleId);
    }

    public void insertSteps(UUID cycleId, List<StepRow> steps) {
        PreparedBatch batch = handle.prepareBatch(
                "INSERT INTO cycle_step (cycle_id, position, step, duration_ns) VALUES (?, ?, ?, ?)");
        for (int i = 0; i < steps.size(); i++) {
            batch.add(cycleId, i, steps.get(i).step(), steps.get(i).duration().toNanos());
        }
        if (batch.size() > 0) {
            batch.execute();
        }
    }

    public Map<UUID, List<StepRow>> steps(Collection<UUID> cycles) {
        return handle
                .createQuery("SELECT * FROM cycle_step WHERE cycle_id = ANY (:ids) ORDER BY cycle_id, position")
                .bindArray("ids", UUID.class, List.copyOf(cycles))
                .map((row, context) -> Map.entry(
                        Columns.uuid(row, "cycle_id"),
                        new StepRow(row.getString("step"), Duration.ofNanos(row.getLong("duration_ns")))))
                .list()
                .stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    }

    /** How many connections ended how, by cycle; what there is none of is absent. */
    public Map<UUID, Map<Outcome, Integer>> totals(Collection<UUID> cycles) {
        Map<UUID, Map<Outcome, Integer>> totals = new HashMap<>();
        handle.createQuery("SELECT * FROM outcome_total WHERE cycle_id = ANY (:ids)")
                .bindArray("ids", UUID.class, List.copyOf(cycles))
                .map((row, context) -> totals.computeIfAbsent(
                                Columns.uuid(row, "cycle_id"), id -> new EnumMap<>(Outcome.class))
                        .put(Outcome.of(row.getString("outcome")), row.getInt("connections")))
                .list();
        return totals;
    }

    /** In the order of the cycles and of their reports, after a cycle's position. */
    public List<OutcomeRow> list(UUID upgradeId, UUID afterCycle, int afterPosition, int limit) {
        // Named one by one: on the way to a join PostgreSQL reads the outcomes of all other upgrades too.
        List<UUID> cycles = handle.createQuery("SELECT id FROM cycle WHERE upgrade_id = :upgrade AND id >= :after")
                .bind("upgrade", upgradeId)
                .bind("after", afterCycle)
                .mapTo(UUID.class)
                .list();
        return handle.createQuery("""
                        SELECT * FROM connection_outcome
                        WHERE cycle_id = ANY (:cycles) AND (cycle_id, position) > (:cycle, :position)
                        ORDER BY cycle_id, position LIMIT :limit
                        """)
                .bindArray("cycles", UUID.class, cycles)
                .bind("cycle", afterCycle)
                .bind("position", afterPosition)
                .bind("limit", limit)
                .map((row, context) -> new OutcomeRow(
                        Columns.uuid(row, "cycle_id"),
                        row.getInt("position"),
                        row.getString("local"),
                        row.getString("peer"),
                        Outcome.of(row.getString("outcome")),
                        row.getString("reason"),
                        row.getLong("bytes_waiting"),
                        Duration.ofNanos(row.getLong("paused_ns"))))
                .list();
    }
}
