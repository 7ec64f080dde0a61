package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.rollout.End;
import dev.holdfast.manager.rollout.HostState;
import dev.holdfast.manager.rollout.Observed;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.manager.store.UpgradeHostRow;
import dev.holdfast.manager.store.UpgradeRow;
import dev.holdfast.manager.store.WaveRow;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what a planner is to know of an upgrade. */
final class Observation {
    private Observation() {}

    static Observed of(Transaction tx, UpgradeRow upgrade) {
        return new Observed(
                upgrade.createTime(),
                upgrade.pauseTime() != null,
                Optional.ofNullable(upgrade.stop())
                        .map(stop -> new Observed.Stop(stop.reason(), stop.undoesUnderway(), stop.back(), stop.time())),
                tx.waves().of(upgrade.id()).stream().map(Observation::wave).toList(),
                tx.upgradeHosts().of(upgrade.id()).stream()
                        .map(Observation::host)
                        .toList());
    }

    private static Observed.Wave wave(WaveRow row) {
        return new Observed.Wave(
                row.number(),
                Optional.ofNullable(row.beginTime()),
                Optional.ofNullable(row.endTime()),
                row.askTime() != null,
                row.approveTime() != null,
                gate(row.holdsSince(), row.gateDetail()));
    }

    private static Observed.Host host(UpgradeHostRow row) {
        return new Observed.Host(
                row.hostId(),
                row.host(),
                row.wave(),
                HostState.valueOf(row.state().toUpperCase(Locale.ROOT)),
                row.stateTime(),
                Optional.ofNullable(row.beginTime()),
                Optional.ofNullable(row.returnTime()),
                Optional.ofNullable(row.ending()).map(end -> new Observed.Ending(end(end), row.reason())),
                row.isConnected(),
                row.lastSeenTime(),
                row.isRunning(),
                row.undoReason() != null,
                work(row.work()),
                gate(row.holdsSince(), row.gateDetail()));
    }

    private static Observed.Work work(UpgradeHostRow.Work work) {
        return new Observed.Work(
                work.open() == 0, work.done() > 0, failure(work.failure(), work.failureReason()), work.resets());
    }

    private static Optional<Observed.Failure> failure(@Nullable String state, @Nullable String reason) {
        return state == null || reason == null
                ? Optional.empty()
                : Optional.of(new Observed.Failure(end(state), reason));
    }

    private static End end(String column) {
        return End.valueOf(column.toUpperCase(Locale.ROOT));
    }

    private static Observed.Gate gate(@Nullable Instant holdsSince, String detail) {
        return new Observed.Gate(Optional.ofNullable(holdsSince), detail);
    }
}
