package dev.holdfast.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The planner and a fleet, as the executor brings them together. */
final class Drive {
    final ModelFleet fleet;
    private final Invariants invariants;
    private final List<String> seen = new ArrayList<>();

    Drive(ModelFleet fleet) {
        this.fleet = fleet;
        invariants = new Invariants(fleet);
    }

    void happen(Happening happening) {
        seen.add(fleet.now + " " + happening);
        happening.happen(fleet);
    }

    /** Does what the planner says until it says nothing more; how it ends does not depend on how often it is asked. */
    Step run() {
        int rounds = 3 * fleet.waves.size() + 6;
        for (int round = 0; round < rounds; round++) {
            Step step = fleet.plan();
            assertThat(fleet.plan()).isEqualTo(step);
            if (step.actions().isEmpty() || fleet.end.isPresent()) {
                return rest(step);
            }
            step.actions().forEach(this::apply);
            fleet.ask(step);
        }
        throw new AssertionError("never comes to rest\n" + history());
    }

    private void apply(Action action) {
        seen.add(fleet.now + "   " + action);
        assertThat(fleet.end).as(this::history).isEmpty();
        try {
            invariants.check(action);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + history(), e);
        }
        fleet.apply(action);
    }

    private Step rest(Step step) {
        if (fleet.end.isPresent()) {
            return step;
        }
        assertThat(step.waitsFor()).as(this::history).isNotEmpty();
        fleet.ask(step);
        Step asked = fleet.plan();
        if (asked.actions().isEmpty()) {
            wakesInTime(asked);
            return asked;
        }
        return run();
    }

    /** Until it wants to be asked again nothing is to be done. */
    private void wakesInTime(Step step) {
        assertThat(step.wake().orElse(Instant.MAX)).as(this::history).isAfter(fleet.now);
        Instant last = step.wake().map(wake -> wake.minusNanos(1)).orElse(fleet.now.plus(Duration.ofDays(40)));
        assertThat(RolloutPlanner.plan(fleet.spec, fleet.observed(), last).actions())
                .as(() -> "at " + last + "\n" + history())
                .isEmpty();
    }

    /** Lets time pass and agents work until the upgrade is over; each turn must bring it on. */
    void settle(End cycles, int turns) {
        for (int turn = 0; turn < turns && fleet.end.isEmpty(); turn++) {
            Step step = run();
            boolean moves = fleet.hosts.stream()
                    .anyMatch(host -> host.isConnected && !host.open().isEmpty() && host.state.isUnderway());
            fleet.hosts.forEach(host -> host.progress(cycles));
            fleet.waves.stream().filter(wave -> wave.asked).forEach(wave -> wave.approved = true);
            if (!moves && step.wake().isPresent()) {
                fleet.now = step.wake().get();
            }
        }
        assertThat(fleet.end).as(this::history).isPresent();
        assertThat(fleet.hosts).as(this::history).allMatch(host -> host.state.isAtRest());
    }

    String history() {
        return fleet.spec + "\n" + String.join("\n", seen) + "\n" + fleet.observed();
    }
}
