package dev.holdfast.manager.rollout;

import dev.holdfast.manager.rollout.Observed.Host;
import dev.holdfast.manager.rollout.Observed.Stop;
import dev.holdfast.manager.rollout.Observed.Wave;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is looked at, and what is seen at a glance. */
record Course(Spec spec, Observed observed, Instant now) {
    boolean isPast(Instant time) {
        return !now.isBefore(time);
    }

    Course with(List<Host> hosts) {
        return new Course(
                spec,
                new Observed(observed.start(), observed.isPaused(), observed.stop(), observed.waves(), hosts),
                now);
    }

    Duration hostDeadline() {
        return spec.deadlines().host();
    }

    Optional<Stop> stop() {
        return observed.stop();
    }

    boolean goesBack() {
        return stop().filter(Stop::back).isPresent();
    }

    boolean undoesUnderway() {
        return stop().filter(Stop::undoesUnderway).isPresent();
    }

    List<Host> hosts() {
        return observed.hosts();
    }

    List<Host> in(HostState state) {
        return hosts().stream().filter(host -> host.state() == state).toList();
    }

    List<Host> of(Wave wave) {
        return hosts().stream().filter(host -> host.wave() == wave.number()).toList();
    }

    /** How many more hosts may fail; negative once too many have. */
    int failuresLeft() {
        return spec.failures().budget().of(hosts().size())
                - in(HostState.FAILED).size();
    }

    Optional<Wave> wave() {
        return observed.waves().stream().filter(wave -> wave.end().isEmpty()).findFirst();
    }

    String label(Wave wave) {
        return "wave " + wave.number() + " of " + observed.waves().size();
    }

    /** Whether it is to go back and was not told so yet. */
    boolean awaitsReturn(Host host) {
        return goesBack()
                && host.returnBegin().isEmpty()
                && host.work().anyDone()
                && switch (host.state()) {
                    case CHECKING, UPGRADED, FAILED -> true;
                    case WAITING, UPGRADING, SKIPPED, RETURNING, RETURNED -> false;
                };
    }

    boolean isOver() {
        boolean atRest = hosts().stream().allMatch(host -> host.state().isAtRest() && !awaitsReturn(host));
        return atRest && (stop().isPresent() || wave().isEmpty());
    }
}
