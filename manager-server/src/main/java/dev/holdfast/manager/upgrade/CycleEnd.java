package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.store.CycleRow;
import dev.holdfast.manager.store.CycleState;
import dev.holdfast.manager.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Ends cycles, and the upgrade with the last of them. */
final class CycleEnd {
    private CycleEnd() {}

    /** The upgrade must be locked. */
    static void end(Transaction tx, CycleRow cycle, CycleState state, String reason, Instant time) {
        tx.cycles().end(cycle.id(), state, reason, time);
        tx.events().insert(cycle.upgradeId(), cycle.id(), time, state.column(), reason);
        endUpgrade(tx, cycle.upgradeId());
    }

    /** Ends one that has begun and that nobody reports. The upgrade must be locked. */
    static void giveUp(Transaction tx, CycleRow cycle, String reason) {
        Instant now = Instant.now();
        tx.cycles().giveUp(cycle.id(), reason, now);
        tx.events().insert(cycle.upgradeId(), cycle.id(), now, CycleState.FAILED.column(), reason);
        endUpgrade(tx, cycle.upgradeId());
    }

    private static void endUpgrade(Transaction tx, UUID upgradeId) {
        List<CycleRow> cycles = tx.cycles().ofUpgrades(List.of(upgradeId));
        Verdict.of(cycles.stream().map(CycleRow::state).toList()).ifPresent(verdict -> {
            tx.upgrades().end(upgradeId, verdict);
            String reasons = cycles.stream()
                    .filter(cycle -> !cycle.reason().isEmpty())
                    .map(cycle -> cycle.host() + ": " + cycle.reason())
                    .findFirst()
                    .orElse("");
            tx.events().insert(upgradeId, null, null, verdict.column(), reasons);
        });
    }
}
