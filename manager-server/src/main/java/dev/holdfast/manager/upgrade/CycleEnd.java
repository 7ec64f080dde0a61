package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.store.CycleRow;
import dev.holdfast.manager.store.CycleState;
import dev.holdfast.manager.store.Transaction;
import java.time.Instant;

/** Ends cycles. Their upgrade is to be looked at then: it may have come to its end, or have room for more. */
final class CycleEnd {
    private CycleEnd() {}

    /** The upgrade must be locked. */
    static void end(Transaction tx, CycleRow cycle, CycleState state, String reason, Instant time) {
        tx.cycles().end(cycle.id(), state, reason, time);
        tx.events().insert(cycle.upgradeId(), cycle.id(), time, state.column(), reason);
        tx.upgrades().wake(cycle.upgradeId());
    }

    /** Ends one that has begun and that nobody reports. The upgrade must be locked. */
    static void giveUp(Transaction tx, CycleRow cycle, String reason) {
        Instant now = Instant.now();
        tx.cycles().giveUp(cycle.id(), reason, now);
        tx.events().insert(cycle.upgradeId(), cycle.id(), now, CycleState.FAILED.column(), reason);
        tx.upgrades().wake(cycle.upgradeId());
    }
}
