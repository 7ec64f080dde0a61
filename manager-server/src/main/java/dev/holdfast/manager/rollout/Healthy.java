package dev.holdfast.manager.rollout;

import dev.holdfast.manager.rollout.Observed.Host;
import java.time.Instant;
import java.util.Optional;

/** Whether a host is healthy once its cycles are done. */
final class Healthy {
    private static final String DEAD = "not all of its server processes run";

    private Healthy() {}

    static Optional<Action> checking(Course course, Host host, Draft draft) {
        if (course.awaitsReturn(host)) {
            return Optional.empty();
        }
        Optional<String> broken = host.isRunning() ? Forth.tooManyResets(course, host) : Optional.of(DEAD);
        if (broken.isPresent()) {
            return failed(host, broken.get());
        }
        return course.undoesUnderway() ? upgraded(host) : wait(course, host, draft);
    }

    /** What was healthy must run as long as the upgrade does, unless it goes back anyway. */
    static Optional<Action> upgraded(Course course, Host host) {
        return host.isRunning() || course.awaitsReturn(host) ? Optional.empty() : failed(host, DEAD);
    }

    private static Optional<Action> wait(Course course, Host host, Draft draft) {
        boolean asks = course.spec().health().asksHosts();
        if (asks) {
            draft.ask(host.id());
        }
        Optional<Instant> healthy = (asks ? host.gate().holdsSince() : Optional.of(host.since()))
                .map(since -> since.isAfter(host.since()) ? since : host.since())
                .map(since -> since.plus(course.spec().health().minHealthy()));
        // Where nothing is asked of it but that its cycles are done, its agent has said so, and may go.
        boolean isKnown = host.isConnected() || course.spec().health().isPlain();
        if (isKnown && healthy.filter(course::isPast).isPresent()) {
            return upgraded(host);
        }
        Instant limit = Forth.limit(course, host);
        if (course.isPast(limit)) {
            return failed(host, "it was not healthy within " + Wording.of(course.hostDeadline()) + why(host, healthy));
        }
        draft.wakeAt(limit);
        healthy.ifPresent(draft::wakeAt);
        if (!host.gate().detail().isEmpty()) {
            draft.waitFor(host.name() + ", which is not healthy" + why(host, healthy));
        }
        return Optional.empty();
    }

    private static String why(Host host, Optional<Instant> healthy) {
        if (!host.isConnected()) {
            return ": its agent is away";
        }
        if (healthy.isPresent()) {
            return ": it is so only since " + healthy.get();
        }
        return host.gate().detail().isEmpty() ? "" : ": " + host.gate().detail();
    }

    private static Optional<Action> upgraded(Host host) {
        return Optional.of(Judge.end(host, HostState.UPGRADED, End.DONE, ""));
    }

    private static Optional<Action> failed(Host host, String reason) {
        return Optional.of(Judge.end(host, HostState.FAILED, End.FAILED, reason));
    }
}
