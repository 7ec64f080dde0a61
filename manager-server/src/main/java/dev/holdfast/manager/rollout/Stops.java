package dev.holdfast.manager.rollout;

import dev.holdfast.manager.rollout.Action.StopUpgrade;
import dev.holdfast.manager.rollout.Observed.Host;
import dev.holdfast.manager.rollout.Observed.Stop;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** When an upgrade goes no further by itself. It is stopped once. */
final class Stops {
    private Stops() {}

    static Optional<StopUpgrade> overBudget(Course course) {
        if (course.stop().isPresent() || course.failuresLeft() >= 0) {
            return Optional.empty();
        }
        List<Host> failed = course.in(HostState.FAILED);
        Host last = failed.stream().max(Comparator.comparing(Host::since)).orElseThrow();
        String reason = Wording.count(failed.size(), "host") + " failed, and "
                + course.spec().failures().budget() + " may; the last is " + last.name();
        return Optional.of(stop(
                course,
                Wording.because(
                        reason, last.ending().map(Observed.Ending::reason).orElse("")),
                false));
    }

    /** Of the upgrade's deadline. */
    static Optional<StopUpgrade> late(Course course, Draft draft) {
        return course.spec().deadlines().upgrade().flatMap(deadline -> {
            Instant end = course.observed().start().plus(deadline);
            draft.wakeAt(end);
            return course.isPast(end)
                    ? Optional.of(stop(course, "it was not over within " + Wording.of(deadline), true))
                    : Optional.empty();
        });
    }

    static StopUpgrade stop(Course course, String reason, boolean undoesUnderway) {
        return new StopUpgrade(
                new Stop(reason, undoesUnderway, course.spec().failures().autoRollback(), course.now()));
    }
}
