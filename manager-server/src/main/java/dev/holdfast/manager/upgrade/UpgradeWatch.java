package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.Lookup;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.EventRow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

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

    private record Batch(boolean isOver, List<EventRow> events) {}

    /** Takes its time: the next events are read when it has taken these. */
    @FunctionalInterface
    public interface Watcher {
        /** The end is there with the last event: the whole upgrade. */
        void see(EventRow event, Optional<UpgradeView> end) throws InterruptedException;
    }

    /**
     * Hands out every event after the given one, the last of an ended upgrade together with the upgrade; returns after it.
     *
     * @throws dev.holdfast.manager.refusal.RefusedException if there is no such upgrade
     */
    public void follow(UUID id, long after, Watcher watcher) throws InterruptedException {
        long last = after;
        while (true) {
            long heard = bell.rings();
            Batch batch = read(id, last);
            for (EventRow event : batch.events()) {
                // The row may have been read before this event made it final.
                boolean isEnd = event.isEnd();
                watcher.see(event, isEnd ? Optional.of(view(id)) : Optional.empty());
                if (isEnd) {
                    return;
                }
                last = event.id();
            }
            if (batch.isOver() && batch.events().isEmpty()) {
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
            boolean isOver = Lookup.upgrade(tx, id).state().isFinal();
            return new Batch(isOver, tx.events().list(id, after, BATCH));
        });
    }

    private UpgradeView view(UUID id) {
        return database.ask(tx -> UpgradeView.of(tx, List.of(Lookup.upgrade(tx, id))))
                .getFirst();
    }
}
