package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.Lookup;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.EventRow;
import dev.holdfast.manager.store.UpgradeRow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;

/** Follows an upgrade's events. They are read from the rows, so that none is missed or seen twice. */
public final class UpgradeWatch {
    private static final int BATCH = 500;
    /** Events may also be written by another manager on the same database, whose bell is not heard. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Database database;
    private final Bell bell;

    public UpgradeWatch(Database database, Bell bell) {
        this.database = database;
        this.bell = bell;
    }

    private record Batch(UpgradeRow upgrade, List<EventRow> events) {}

    /**
     * Hands out every event after the given one, the last of an ended upgrade together with the upgrade; returns after it.
     *
     * @throws dev.holdfast.manager.refusal.RefusedException if there is no such upgrade
     */
    public void follow(UUID id, long after, BiConsumer<EventRow, Optional<UpgradeView>> watcher)
            throws InterruptedException {
        long last = after;
        while (true) {
            long heard = bell.rings();
            Batch batch = read(id, last);
            for (EventRow event : batch.events()) {
                boolean isEnd = event.cycleId() == null
                        && batch.upgrade().state().isFinal()
                        && event.state().equals(batch.upgrade().state().column());
                watcher.accept(event, isEnd ? Optional.of(view(batch.upgrade())) : Optional.empty());
                last = event.id();
            }
            if (batch.upgrade().state().isFinal() && batch.events().size() < BATCH) {
                return;
            }
            if (batch.events().isEmpty()) {
                bell.await(heard, PATIENCE);
            }
        }
    }

    /** The row first: an upgrade that is seen to have ended has all its events. */
    private Batch read(UUID id, long after) {
        return database.ask(tx -> {
            UpgradeRow upgrade = Lookup.upgrade(tx, id);
            return new Batch(upgrade, tx.events().list(id, after, BATCH));
        });
    }

    private UpgradeView view(UpgradeRow upgrade) {
        return database.ask(tx -> UpgradeView.of(tx, List.of(upgrade))).getFirst();
    }
}
