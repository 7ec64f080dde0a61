package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.rollout.Action;
import dev.holdfast.manager.rollout.HostState;
import dev.holdfast.manager.store.CycleRow;
import dev.holdfast.manager.store.CycleState;
import dev.holdfast.manager.store.Ids;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.manager.store.UpgradeState;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/** Writes down what the planner of one upgrade decides, in a transaction that has locked it. */
final class Decisions {
    private final Transaction tx;
    private final UUID upgrade;
    private final boolean isPlain;
    private final Set<UUID> hosts = new HashSet<>();

    /** @param isPlain whether events of the cycles tell all that there is to tell of waves and hosts */
    Decisions(Transaction tx, UUID upgrade, boolean isPlain) {
        this.tx = tx;
        this.upgrade = upgrade;
        this.isPlain = isPlain;
    }

    /** Those that have something to do now. */
    Set<UUID> hosts() {
        return hosts;
    }

    void take(Action action) {
        switch (action) {
            case Action.BeginWave(int number) -> {
                tx.waves().begin(upgrade, number);
                tellUnlessPlain("wave " + number + " begins");
            }
            case Action.AskApproval(int number) -> {
                tx.waves().ask(upgrade, number);
                tell("approval", "wave " + number + " waits for its approval: holdfast upgrade approve " + upgrade);
            }
            case Action.EndWave(int number) -> {
                tx.waves().end(upgrade, number);
                tellUnlessPlain("wave " + number + " is over");
            }
            case Action.BeginHost(UUID host) -> {
                tx.upgradeHosts().begin(upgrade, host);
                hosts.add(host);
            }
            case Action.CheckHost(UUID host) -> tx.upgradeHosts().check(upgrade, host);
            case Action.UndoHost(UUID host, String reason) -> undo(host, reason);
            case Action.GiveUpHost(UUID host, String reason) ->
                open(host).forEach(cycle -> {
                    if (cycle.startTime() == null) {
                        end(cycle, reason);
                    } else {
                        CycleEnd.giveUp(tx, cycle, reason + "; what became of its connections is not known");
                    }
                });
            case Action.EndHost end -> {
                queued(end.host()).forEach(cycle -> end(cycle, end.reason()));
                String state = column(end.state());
                tx.upgradeHosts().end(upgrade, end.host(), state, column(end.end()), end.reason());
                if (!isPlain) {
                    tx.events().insertOfHost(upgrade, end.host(), state, end.reason());
                }
            }
            case Action.ReturnHost(UUID host) -> goBack(host);
            case Action.LeaveHost(UUID host, String reason) -> {
                tx.upgradeHosts().leave(upgrade, host, reason);
                tx.events().insertOfHost(upgrade, host, column(HostState.FAILED), reason);
            }
            case Action.StopUpgrade stop -> {
                tx.upgrades()
                        .stop(
                                upgrade,
                                stop.stop().reason(),
                                stop.stop().undoesUnderway(),
                                stop.stop().back());
                if (!isPlain || stop.stop().back()) {
                    tell(
                            "stopping",
                            stop.stop().reason() + (stop.stop().back() ? "; what was upgraded goes back" : ""));
                }
            }
            case Action.EndUpgrade end -> {
                UpgradeState state = UpgradeState.valueOf(end.end().name());
                tx.upgrades().end(upgrade, state);
                tell(state.column(), end.reason());
            }
        }
    }

    private void undo(UUID host, String reason) {
        tx.upgradeHosts().undo(upgrade, host, reason);
        queued(host).forEach(cycle -> end(cycle, reason));
        open(host).forEach(cycle -> tx.cycles().undo(cycle.id(), reason));
        hosts.add(host);
    }

    /** In the opposite order of the way forth. */
    private void goBack(UUID host) {
        tx.upgradeHosts().goBack(upgrade, host);
        for (CycleRow cycle : tx.cycles().ofHost(upgrade, host).reversed()) {
            if (cycle.state() == CycleState.DONE && !cycle.back()) {
                UUID id = Ids.next();
                tx.cycles().insertBack(id, cycle);
                tx.events().insert(upgrade, id, null, "queued", "back to version " + cycle.fromVersion());
            }
        }
        hosts.add(host);
    }

    private void end(CycleRow cycle, String reason) {
        CycleEnd.end(tx, cycle, CycleState.ABORTED, reason, Instant.now());
    }

    private List<CycleRow> queued(UUID host) {
        return open(host).stream().filter(cycle -> cycle.startTime() == null).toList();
    }

    private List<CycleRow> open(UUID host) {
        return tx.cycles().ofHost(upgrade, host).stream()
                .filter(cycle -> !cycle.state().isFinal())
                .toList();
    }

    private void tellUnlessPlain(String ofWave) {
        if (!isPlain) {
            tell("wave", ofWave);
        }
    }

    private void tell(String state, String detail) {
        tx.events().insert(upgrade, null, null, state, detail);
    }

    private static String column(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
