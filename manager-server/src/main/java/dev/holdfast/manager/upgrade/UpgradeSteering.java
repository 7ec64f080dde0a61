package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.ImageName;
import dev.holdfast.manager.fleet.Lookup;
import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.manager.store.CycleRow;
import dev.holdfast.manager.store.CycleState;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.manager.store.UpgradeRow;
import dev.holdfast.manager.store.WaveRow;
import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.Waves;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What operators decide about an upgrade that was started. All of it may be asked for twice. */
public final class UpgradeSteering {
    private static final String ABORTED = "the upgrade was aborted by request";
    private static final String ROLLED_BACK = "its rollback was requested";

    private final Database database;
    private final UpgradeControl control;
    private final Rollouts rollouts;

    public UpgradeSteering(Database database, UpgradeControl control, Rollouts rollouts) {
        this.database = database;
        this.control = control;
        this.rollouts = rollouts;
    }

    /**
     * Begins nothing more and undoes what is underway. An upgrade that has ended, or that was aborted before, stays as it is.
     *
     * @throws RefusedException if there is none
     */
    public void abort(UUID id) {
        whileRunning(id, (tx, upgrade) -> {
            if (upgrade.abortTime() == null) {
                boolean back = upgrade.stop() != null && upgrade.stop().back();
                tx.upgrades().stop(id, ABORTED, true, back);
                tx.upgrades().aborted(id);
                tell(tx, id, "running", "its abort was requested: what is underway is undone, nothing more begins");
            }
        });
    }

    /** No host begins until it is resumed. */
    public void pause(UUID id) {
        whileRunning(id, (tx, upgrade) -> {
            if (upgrade.pauseTime() == null) {
                tx.upgrades().pause(id);
                tell(tx, id, "paused", "paused by request: no host begins; resume it: holdfast upgrade resume " + id);
            }
        });
    }

    public void resume(UUID id) {
        whileRunning(id, (tx, upgrade) -> {
            if (upgrade.pauseTime() != null) {
                tx.upgrades().resume(id);
                tell(tx, id, "resumed", "resumed by request");
            }
        });
    }

    /**
     * Lets the wave begin that waits for it.
     *
     * @param number 0 for the one that waits
     * @throws RefusedException if it does not wait
     */
    public void approve(UUID id, int number) {
        whileRunning(id, (tx, upgrade) -> {
            List<WaveRow> asked = tx.waves().of(id).stream()
                    .filter(wave -> wave.askTime() != null && (number == 0 || wave.number() == number))
                    .toList();
            if (asked.isEmpty()) {
                throw RefusedException.unmet(
                        "NO_APPROVAL_WANTED",
                        "upgrade/" + id,
                        (number == 0 ? "no wave" : "wave " + number + " is not the one that")
                                + " waits for approval; see:" + " holdfast upgrade show " + id);
            }
            WaveRow wave = asked.getLast();
            if (wave.approveTime() == null) {
                tx.waves().approve(id, wave.number());
                tell(tx, id, "approved", "wave " + wave.number() + " was approved");
            }
        });
    }

    /**
     * Takes back what was upgraded: within the upgrade while it runs, else by another one.
     *
     * @return the upgrade that does it
     * @throws RefusedException if there is nothing to take back, or no single version to go back to
     */
    public UUID rollBack(UUID id, @Nullable UUID requestId) {
        UpgradeRow upgrade = database.ask(tx -> Lookup.upgrade(tx, id));
        if (upgrade.state().isFinal()) {
            return control.start(versionBefore(upgrade), back(Specs.message(upgrade)), requestId);
        }
        whileRunning(id, (tx, running) -> {
            if (running.stop() == null || !running.stop().back()) {
                tx.upgrades().stop(id, ROLLED_BACK, true, true);
                tell(tx, id, "stopping", ROLLED_BACK + ": what is underway is undone, what was upgraded goes back");
            }
        });
        return id;
    }

    private ImageName versionBefore(UpgradeRow upgrade) {
        List<String> versions = database.ask(tx -> tx.cycles().ofUpgrades(List.of(upgrade.id()))).stream()
                .filter(cycle -> cycle.state() == CycleState.DONE && !cycle.back())
                .map(CycleRow::fromVersion)
                .distinct()
                .toList();
        if (versions.size() != 1) {
            throw RefusedException.unmet(
                    "NO_ONE_VERSION_BEFORE",
                    "upgrade/" + upgrade.id(),
                    versions.isEmpty()
                            ? "upgrade " + upgrade.id() + " has upgraded nothing that could go back"
                            : "its server processes ran several versions before (" + String.join(", ", versions)
                                    + "); start an upgrade to the one that all are to run: holdfast upgrade start --image "
                                    + upgrade.imageName() + ":VERSION");
        }
        return new ImageName(upgrade.tenant(), upgrade.imageName(), versions.getFirst());
    }

    /** Whoever goes back is in a hurry: as many at once as before, in one wave, at any time. */
    private static Rollout back(Rollout rollout) {
        return rollout.toBuilder()
                .clearWindows()
                .setWaves(Waves.newBuilder().setMaxParallel(rollout.getWaves().getMaxParallel()))
                .build();
    }

    /** Nothing happens to one that has ended. */
    private void whileRunning(UUID id, BiConsumer<Transaction, UpgradeRow> work) {
        database.run(tx -> {
            Lookup.upgrade(tx, id);
            tx.upgrades().lock(id);
            UpgradeRow upgrade = Lookup.upgrade(tx, id);
            if (!upgrade.state().isFinal()) {
                work.accept(tx, upgrade);
            }
        });
        rollouts.advance(id);
    }

    private static void tell(Transaction tx, UUID id, String state, String detail) {
        tx.events().insert(id, null, null, state, detail);
    }
}
