package dev.holdfast.manager.store;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table of events. */
public final class Events {
    private final Handle handle;
    private final Wakes wakes;

    Events(Handle handle, Wakes wakes) {
        this.handle = handle;
        this.wakes = wakes;
    }

    /**
     * The upgrade must be locked by this transaction, or made by it. Who watches the upgrade is woken.
     *
     * @param time null for now
     */
    public void insert(UUID upgradeId, @Nullable UUID cycleId, @Nullable Instant time, String state, String detail) {
        handle.createUpdate("""
                        INSERT INTO event (upgrade_id, cycle_id, time, state, detail)
                        VALUES (:upgrade, :cycle, coalesce(:time, clock_timestamp()), :state, :detail)
                        """)
                .bind("upgrade", upgradeId)
                .bind("cycle", cycleId)
                .bind("time", time)
                .bind("state", state)
                .bind("detail", detail)
                .execute();
        wakes.add(Topic.UPGRADES, upgradeId);
    }

    /** Of cycles, in this order. The upgrade must be locked by this transaction. */
    public void insert(UUID upgradeId, List<CycleEvent> events) {
        handle.createUpdate("""
                        INSERT INTO event (upgrade_id, cycle_id, time, state, detail)
                        SELECT :upgrade, cycle, time, state, detail
                        FROM unnest(:cycles, :times, :states, :details) WITH ORDINALITY
                            AS said (cycle, time, state, detail, position) ORDER BY position
                        """)
                .bind("upgrade", upgradeId)
                .bindArray(
                        "cycles",
                        UUID.class,
                        events.stream().map(CycleEvent::cycleId).toList())
                .bindArray(
                        "times",
                        Instant.class,
                        events.stream().map(CycleEvent::time).toList())
                .bindArray(
                        "states",
                        String.class,
                        events.stream().map(CycleEvent::state).toList())
                .bindArray(
                        "details",
                        String.class,
                        events.stream()
                                .map(event -> TextArgument.clean(event.detail()))
                                .toList())
                .execute();
        wakes.add(Topic.UPGRADES, upgradeId);
    }

    /** Of a host, and of none of its cycles. The upgrade must be locked by this transaction, or made by it. */
    public void insertOfHost(UUID upgradeId, UUID hostId, String state, String detail) {
        handle.execute(
                "INSERT INTO event (upgrade_id, host_id, state, detail) VALUES (?, ?, ?, ?)",
                upgradeId,
                hostId,
                state,
                detail);
        wakes.add(Topic.UPGRADES, upgradeId);
    }

    /** Of queued cycles, what they take their processes from. The upgrade was made by this transaction. */
    public void insertQueued(UUID upgradeId) {
        handle.execute("""
                INSERT INTO event (upgrade_id, cycle_id, state, detail)
                SELECT upgrade_id, cycle.id, cycle.state, 'from version ' || version
                FROM cycle JOIN image ON image.id = from_image_id WHERE upgrade_id = ? ORDER BY cycle.id
                """, upgradeId);
        wakes.add(Topic.UPGRADES, upgradeId);
    }

    public List<EventRow> list(UUID upgradeId, long after, int limit) {
        return handle.createQuery("""
                        SELECT event.*, host.name AS host FROM event LEFT JOIN cycle ON cycle.id = cycle_id
                            LEFT JOIN host ON host.id = coalesce(event.host_id, cycle.host_id)
                        WHERE event.upgrade_id = :upgrade AND event.id > :after ORDER BY event.id LIMIT :limit
                        """)
                .bind("upgrade", upgradeId)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> new EventRow(
                        row.getLong("id"),
                        Columns.instant(row, "time"),
                        Columns.uuidOrNull(row, "cycle_id"),
                        row.getString("host"),
                        row.getString("state"),
                        row.getString("detail")))
                .list();
    }
}
