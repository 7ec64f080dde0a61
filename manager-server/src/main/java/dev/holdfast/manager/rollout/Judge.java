package dev.holdfast.manager.rollout;

import dev.holdfast.manager.rollout.Action.CheckHost;
import dev.holdfast.manager.rollout.Action.EndHost;
import dev.holdfast.manager.rollout.Observed.Ending;
import dev.holdfast.manager.rollout.Observed.Failure;
import dev.holdfast.manager.rollout.Observed.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What becomes of each host by itself. */
final class Judge {
    private Judge() {}

    /** Returns what is seen once that is done, so that what begins is decided with it. */
    static Course judge(Course course, Draft draft) {
        List<Host> after = new ArrayList<>(course.hosts().size());
        for (Host host : course.hosts()) {
            Optional<Action> action = judge(course, host, draft);
            action.ifPresent(draft::act);
            after.add(action.map(decided -> after(course, host, decided)).orElse(host));
        }
        return course.with(after);
    }

    private static Optional<Action> judge(Course course, Host host, Draft draft) {
        return switch (host.state()) {
            case WAITING -> waiting(course, host);
            case UPGRADING -> Forth.upgrading(course, host, draft);
            case CHECKING -> Healthy.checking(course, host, draft);
            case UPGRADED -> Healthy.upgraded(course, host);
            case RETURNING -> WayBack.returning(course, host, draft);
            case SKIPPED, FAILED, RETURNED -> Optional.empty();
        };
    }

    /** What was to be done on it may have ended without: its host was forgotten. */
    private static Optional<Action> waiting(Course course, Host host) {
        return course.stop()
                .map(stop -> new Failure(End.ABORTED, stop.reason()))
                .or(() -> host.work().failure().filter(_ -> host.work().isOver()))
                .map(why -> end(host, HostState.SKIPPED, why.end(), why.reason()));
    }

    static Action end(Host host, HostState state, End end, String reason) {
        return new EndHost(host.id(), state, end, reason);
    }

    private static Host after(Course course, Host host, Action action) {
        if (action instanceof EndHost end) {
            return host.in(end.state(), course.now(), Optional.of(new Ending(end.end(), end.reason())));
        }
        return action instanceof CheckHost ? host.in(HostState.CHECKING, course.now(), Optional.empty()) : host;
    }
}
