package dev.holdfast.manager.rollout;

import dev.holdfast.manager.rollout.Action.CheckHost;
import dev.holdfast.manager.rollout.Action.GiveUpHost;
import dev.holdfast.manager.rollout.Action.UndoHost;
import dev.holdfast.manager.rollout.Observed.Failure;
import dev.holdfast.manager.rollout.Observed.Host;
import dev.holdfast.manager.rollout.Observed.Stop;
import java.time.Instant;
import java.util.Optional;

/** A host whose cycles are underway. */
final class Forth {
    private Forth() {}

    static Optional<Action> upgrading(Course course, Host host, Draft draft) {
        return host.work().isOver() ? Optional.of(over(course, host)) : open(course, host, draft);
    }

    private static Action over(Course course, Host host) {
        Optional<String> resets = tooManyResets(course, host);
        if (resets.isPresent()) {
            return Judge.end(host, HostState.FAILED, End.FAILED, resets.get());
        }
        Optional<Failure> failure = host.work().failure();
        return failure.isPresent()
                ? Judge.end(
                        host,
                        HostState.FAILED,
                        failure.get().end(),
                        failure.get().reason())
                : new CheckHost(host.id());
    }

    private static Optional<Action> open(Course course, Host host, Draft draft) {
        Instant limit = limit(course, host);
        draft.wakeAt(limit);
        if (!host.isUndone()) {
            return whyUndo(course, host).map(reason -> new UndoHost(host.id(), reason));
        }
        return course.isPast(limit) && !host.isConnected()
                ? Optional.of(new GiveUpHost(host.id(), late(course) + ", and its agent is away"))
                : Optional.empty();
    }

    private static Optional<String> whyUndo(Course course, Host host) {
        return course.stop()
                .filter(Stop::undoesUnderway)
                .map(Stop::reason)
                .or(() -> tooManyResets(course, host))
                .or(() -> host.work()
                        .failure()
                        .map(failure -> Wording.because(
                                "another server process of the host was not upgraded", failure.reason())))
                .or(() -> course.isPast(limit(course, host)) ? Optional.of(late(course)) : Optional.empty());
    }

    static Optional<String> tooManyResets(Course course, Host host) {
        int resets = host.work().resets();
        int allowed = course.spec().health().maxReset().orElse(Integer.MAX_VALUE);
        return resets > allowed
                ? Optional.of(Wording.count(resets, "connection") + " reset, of which " + allowed + " may be")
                : Optional.empty();
    }

    static Instant limit(Course course, Host host) {
        return host.begin().orElse(host.since()).plus(course.hostDeadline());
    }

    private static String late(Course course) {
        return "it was not over within " + Wording.of(course.hostDeadline());
    }
}
