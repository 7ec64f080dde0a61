package dev.holdfast.manager.rollout;

import dev.holdfast.manager.rollout.Observed.Ending;
import dev.holdfast.manager.rollout.Observed.Gate;
import dev.holdfast.manager.rollout.Observed.Stop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A fleet, its operator and its clock. It does what the planner says, and nothing else changes where a host is. */
final class ModelFleet {
    static final Instant START = Instant.parse("2026-03-06T21:30:00Z");

    static final class ModelWave {
        final int number;
        Optional<Instant> begin = Optional.empty();
        Optional<Instant> end = Optional.empty();
        boolean asked;
        boolean approved;
        boolean queriesHold = true;
        Optional<Instant> holdsSince = Optional.empty();

        ModelWave(int number) {
            this.number = number;
        }

        Observed.Wave observed() {
            return new Observed.Wave(
                    number, begin, end, asked, approved, new Gate(holdsSince, queriesHold ? "" : "errors"));
        }
    }

    final Spec spec;
    final List<ModelHost> hosts = new ArrayList<>();
    final List<ModelWave> waves = new ArrayList<>();
    Instant now = START;
    boolean isPaused;
    Optional<Stop> stop = Optional.empty();
    Optional<Ending> end = Optional.empty();

    ModelFleet(Spec spec, List<PlannedHost> planned, int processes) {
        this.spec = spec;
        for (WavePlan.Place place : WavePlan.of(spec, planned)) {
            hosts.add(new ModelHost(place, 1 + hosts.size() % processes, START));
            if (waves.size() < place.wave()) {
                waves.add(new ModelWave(place.wave()));
            }
        }
    }

    Observed observed() {
        return new Observed(
                START,
                isPaused,
                stop,
                waves.stream().map(ModelWave::observed).toList(),
                hosts.stream().map(ModelHost::observed).toList());
    }

    Step plan() {
        return RolloutPlanner.plan(spec, observed(), now);
    }

    ModelHost host(UUID id) {
        return hosts.stream().filter(host -> host.id().equals(id)).findFirst().orElseThrow();
    }

    ModelWave wave(int number) {
        return waves.get(number - 1);
    }

    List<ModelHost> in(HostState state) {
        return hosts.stream().filter(host -> host.state == state).toList();
    }

    /** Asks the queries that the step wants to have asked. */
    void ask(Step step) {
        step.askHosts().forEach(id -> host(id).ask(now));
        step.askWave()
                .map(this::wave)
                .ifPresent(wave -> wave.holdsSince =
                        wave.queriesHold ? wave.holdsSince.or(() -> Optional.of(now)) : Optional.empty());
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    void stop(String reason, boolean back) {
        boolean alsoBack = back || stop.filter(Stop::back).isPresent();
        if (end.isEmpty()) {
            stop = Optional.of(new Stop(stop.map(Stop::reason).orElse(reason), true, alsoBack, now));
        }
    }

    void apply(Action action) {
        switch (action) {
            case Action.BeginWave begin -> wave(begin.number()).begin = Optional.of(now);
            case Action.AskApproval ask -> wave(ask.number()).asked = true;
            case Action.EndWave ended -> wave(ended.number()).end = Optional.of(now);
            case Action.BeginHost begin -> {
                host(begin.host()).begin = Optional.of(now);
                host(begin.host()).enter(HostState.UPGRADING, Optional.empty(), now);
            }
            case Action.CheckHost check -> host(check.host()).enter(HostState.CHECKING, Optional.empty(), now);
            case Action.UndoHost undo -> {
                host(undo.host()).isUndone = true;
                host(undo.host()).undo();
            }
            case Action.GiveUpHost given -> host(given.host()).giveUp();
            case Action.EndHost ended -> {
                host(ended.host()).undo();
                host(ended.host()).enter(ended.state(), Optional.of(new Ending(ended.end(), ended.reason())), now);
            }
            case Action.ReturnHost back -> returns(host(back.host()));
            case Action.LeaveHost left -> {
                host(left.host()).returnBegin = Optional.of(now);
                host(left.host()).enter(HostState.FAILED, Optional.of(new Ending(End.FAILED, left.reason())), now);
            }
            case Action.StopUpgrade stopped -> stop = Optional.of(stopped.stop());
            case Action.EndUpgrade ended -> end = Optional.of(new Ending(ended.end(), ended.reason()));
        }
    }

    private void returns(ModelHost host) {
        host.cycles = ModelHost.queue((int) host.done());
        host.isUndone = false;
        host.resets = 0;
        host.returnBegin = Optional.of(now);
        host.enter(HostState.RETURNING, Optional.empty(), now);
    }
}
