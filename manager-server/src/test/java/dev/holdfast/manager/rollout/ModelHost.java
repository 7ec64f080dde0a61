package dev.holdfast.manager.rollout;

import dev.holdfast.manager.rollout.Observed.Ending;
import dev.holdfast.manager.rollout.Observed.Failure;
import dev.holdfast.manager.rollout.Observed.Gate;
import dev.holdfast.manager.rollout.Observed.Work;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A host and its agent, as the manager's database would know them. */
final class ModelHost {
    /** A cycle; its end is empty while it is open. */
    static final class Cycle {
        boolean isBegun;
        Optional<End> end = Optional.empty();

        boolean isOpen() {
            return end.isEmpty();
        }
    }

    final PlannedHost host;
    final int wave;
    final int processes;
    HostState state = HostState.WAITING;
    Instant since;
    Optional<Instant> begin = Optional.empty();
    Optional<Instant> returnBegin = Optional.empty();
    Optional<Ending> ending = Optional.empty();
    boolean isConnected = true;
    Instant lastSeen = Instant.EPOCH;
    boolean isRunning = true;
    boolean isUndone;
    boolean queriesHold = true;
    int resets;
    Optional<Instant> holdsSince = Optional.empty();
    List<Cycle> cycles = List.of();

    ModelHost(WavePlan.Place place, int processes, Instant start) {
        host = place.host();
        wave = place.wave();
        this.processes = processes;
        since = start;
        cycles = queue(processes);
    }

    static List<Cycle> queue(int count) {
        List<Cycle> cycles = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            cycles.add(new Cycle());
        }
        return cycles;
    }

    UUID id() {
        return host.id();
    }

    void enter(HostState next, Optional<Ending> end, Instant now) {
        state = next;
        ending = end;
        since = now;
    }

    List<Cycle> open() {
        return cycles.stream().filter(Cycle::isOpen).toList();
    }

    long done() {
        return cycles.stream()
                .filter(cycle -> cycle.end.equals(Optional.of(End.DONE)))
                .count();
    }

    /** What has not begun does not begin. */
    void undo() {
        open().stream().filter(cycle -> !cycle.isBegun).forEach(cycle -> cycle.end = Optional.of(End.ABORTED));
    }

    void giveUp() {
        undo();
        open().forEach(cycle -> cycle.end = Optional.of(End.FAILED));
    }

    /** The agent goes on with the first cycle that is open: it begins, or ends. */
    void progress(End end) {
        open().stream()
                .filter(_ -> isConnected && state.isUnderway())
                .findFirst()
                .ifPresent(cycle -> {
                    if (cycle.isBegun) {
                        cycle.end = Optional.of(end);
                    } else {
                        cycle.isBegun = true;
                    }
                });
    }

    /** What a look at the queries finds. */
    void ask(Instant now) {
        holdsSince = queriesHold ? holdsSince.or(() -> Optional.of(now)) : Optional.empty();
    }

    Observed.Host observed() {
        Optional<Failure> failure = cycles.stream()
                .flatMap(cycle -> cycle.end.stream())
                .filter(end -> end != End.DONE)
                .max(Comparator.comparing(end -> end == End.FAILED))
                .map(end -> new Failure(end, "a cycle ended " + end));
        Work work = new Work(open().isEmpty(), done() > 0, failure, resets);
        return new Observed.Host(
                id(),
                host.name(),
                wave,
                state,
                since,
                begin,
                returnBegin,
                ending,
                isConnected,
                lastSeen,
                isRunning,
                isUndone,
                work,
                new Gate(holdsSince, queriesHold ? "" : "no"));
    }
}
