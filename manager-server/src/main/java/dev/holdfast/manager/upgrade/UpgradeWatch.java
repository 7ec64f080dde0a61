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
    /** The bell of other managers is not heard while the database's notifications are not. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Database database;
    private final Bell bell;

    public UpgradeWatch(Database database, Bell bell) {
        this.database = database;
        this.bell = bell;
    }

    private record Batch(boolean isLast, List<EventRow> events) {}

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
                boolean isEnd = batch.isLast() && event.equals(batch.events().getLast());
                watcher.see(event, isEnd ? Optional.of(view(id)) : Optional.empty());
                if (isEnd) {
                    return;
                }
                last = event.id();
            }
            if (batch.isLast()) {
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
            List<EventRow> found = tx.events().list(id, after, BATCH + 1);
            List<EventRow> shown = found.subList(0, Math.min(BATCH, found.size()));
            // The row may have been read before the event that made it final. A late report comes after that event.
            return new Batch(
                    found.size() == shown.size() && (isOver || shown.stream().anyMatch(EventRow::isEnd)), shown);
        });
    }

    private UpgradeView view(UUID id) {
        return database.ask(tx -> UpgradeView.of(tx, List.of(Lookup.upgrade(tx, id))))
                .getFirst();
    }
}
