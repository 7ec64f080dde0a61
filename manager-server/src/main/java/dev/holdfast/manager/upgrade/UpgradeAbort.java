package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.Lookup;
import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.manager.store.CycleRow;
import dev.holdfast.manager.store.CycleState;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.Topic;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.manager.store.UpgradeRow;
import dev.holdfast.manager.store.UpgradeState;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Decides that upgrades are aborted. */
public final class UpgradeAbort {
    private static final String REASON = "the upgrade was aborted by request";

    private final Database database;
    private final Bell bell;

    public UpgradeAbort(Database database, Bell bell) {
        this.database = database;
        this.bell = bell;
    }

    /**
     * Makes the abort durable, ends what has not begun, and tells the agents of what has. An upgrade that has ended, or
     * whose abort was asked for before, stays as it is.
     *
     * @throws RefusedException if there is none
     */
    public void abort(UUID id) {
        database.run(tx -> {
            Lookup.upgrade(tx, id);
            tx.upgrades().lock(id);
            UpgradeRow upgrade = Lookup.upgrade(tx, id);
            if (!upgrade.state().isFinal() && upgrade.abortTime() == null) {
                abort(tx, id);
            }
            tx.wakes()
                    .addAll(
                            Topic.HOSTS,
                            open(tx, id).stream().map(CycleRow::hostId).toList());
        });
        bell.ring();
    }

    private static void abort(Transaction tx, UUID id) {
        tx.upgrades().abort(id, REASON);
        tx.events()
                .insert(
                        id,
                        null,
                        null,
                        UpgradeState.RUNNING.column(),
                        "its abort was requested: what is underway is undone, nothing more begins");
        open(tx, id).stream()
                .filter(cycle -> cycle.startTime() == null)
                .forEach(cycle -> CycleEnd.end(tx, cycle, CycleState.ABORTED, REASON, Instant.now()));
    }

    private static List<CycleRow> open(Transaction tx, UUID id) {
        return tx.cycles().ofUpgrades(List.of(id)).stream()
                .filter(cycle -> !cycle.state().isFinal())
                .toList();
    }
}
