package dev.holdfast.manager.rollout;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A step while it is being made. */
final class Draft {
    private final Instant now;
    private final List<Action> actions = new ArrayList<>();
    private final Set<UUID> askHosts = new HashSet<>();
    private Optional<Instant> wake = Optional.empty();
    private Optional<Integer> askWave = Optional.empty();
    private String waitsFor = "";

    Draft(Instant now) {
        this.now = now;
    }

    void act(Action action) {
        actions.add(action);
    }

    /** What has passed changes nothing any more. */
    void wakeAt(Instant time) {
        if (time.isAfter(now) && wake.filter(earlier -> !time.isBefore(earlier)).isEmpty()) {
            wake = Optional.of(time);
        }
    }

    /** The first that is said counts. */
    void waitFor(String what) {
        if (waitsFor.isEmpty()) {
            waitsFor = what;
        }
    }

    void ask(UUID host) {
        askHosts.add(host);
    }

    void ask(int wave) {
        askWave = Optional.of(wave);
    }

    Step step() {
        return new Step(actions, wake, waitsFor, askHosts, askWave);
    }
}
