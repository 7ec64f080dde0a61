package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.Lookup;
import dev.holdfast.manager.rollout.RolloutPlanner;
import dev.holdfast.manager.rollout.Spec;
import dev.holdfast.manager.rollout.Step;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.Topic;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.manager.store.UpgradeRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Moves upgrades on: reads what is observed, asks the planner, writes its decisions, and only then tells anybody. Any
 * manager does it for any upgrade, one at a time, since it locks the upgrade's row.
 */
public final class Rollouts {
    /** What a row does not tell, that an agent came or went or a process ended, is seen after this time. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Database database;
    private final GateQueries queries;
    private final Bell bell;

    public Rollouts(Database database, GateQueries queries, Bell bell) {
        this.database = database;
        this.queries = queries;
        this.bell = bell;
    }

    private record Advance(UpgradeRow upgrade, Step step) {}

    /** Does what can be done for it now. One that has ended stays as it is. */
    void advance(UUID id) {
        Optional<Advance> advance = database.ask(tx -> {
            tx.upgrades().lock(id);
            return advance(tx, id);
        });
        bell.ring();
        advance.ifPresent(done -> queries.ask(done.upgrade(), done.step()));
    }

    private Optional<Advance> advance(Transaction tx, UUID id) {
        Spec spec = Specs.of(Lookup.upgrade(tx, id));
        int waves = tx.waves().of(id).size();
        Decisions decisions = new Decisions(tx, id, waves == 1 && spec.health().isPlain());
        Instant now = tx.upgrades().now();
        for (int round = 0; ; round++) {
            UpgradeRow upgrade = Lookup.upgrade(tx, id);
            if (upgrade.state().isFinal()) {
                return Optional.empty();
            }
            Step step = RolloutPlanner.plan(spec, Observation.of(tx, upgrade), now);
            if (step.actions().isEmpty() || round == rounds(waves)) {
                tx.upgrades().sleep(id, sleep(step, now), step.waitsFor());
                tx.wakes().addAll(Topic.HOSTS, decisions.hosts());
                return Optional.of(new Advance(upgrade, step));
            }
            step.actions().forEach(decisions::take);
        }
    }

    /** More than any plan takes to come to rest; were it not, the rest is done at the next look. */
    private static int rounds(int waves) {
        return 3 * waves + 20;
    }

    private static Duration sleep(Step step, Instant now) {
        Duration until = step.wake().map(wake -> Duration.between(now, wake)).orElse(LOOK);
        return until.isNegative() ? Duration.ZERO : until.compareTo(LOOK) < 0 ? until : LOOK;
    }
}
