package dev.holdfast.manager.rollout;

import dev.holdfast.manager.rollout.Action.GiveUpHost;
import dev.holdfast.manager.rollout.Action.LeaveHost;
import dev.holdfast.manager.rollout.Action.ReturnHost;
import dev.holdfast.manager.rollout.Observed.Failure;
import dev.holdfast.manager.rollout.Observed.Host;
import dev.holdfast.manager.rollout.Observed.Stop;
import dev.holdfast.manager.rollout.Observed.Work;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What was upgraded goes back, once nothing goes forth any more. */
final class WayBack {
    private WayBack() {}

    /** A host that is going back; it is never stopped on its way. */
    static Optional<Action> returning(Course course, Host host, Draft draft) {
        Work work = host.work();
        if (work.isOver()) {
            return Optional.of(work.failure()
                    .map(Failure::reason)
                    .map(reason -> Judge.end(
                            host, HostState.FAILED, End.FAILED, Wording.because("it did not go back", reason)))
                    .orElseGet(() -> Judge.end(
                            host,
                            HostState.RETURNED,
                            End.REVERTED,
                            course.stop().map(Stop::reason).orElse(""))));
        }
        Instant limit = host.returnBegin().orElse(host.since()).plus(course.hostDeadline());
        draft.wakeAt(limit);
        return course.isPast(limit) && !host.isConnected()
                ? Optional.of(new GiveUpHost(
                        host.id(),
                        "it was not back within " + Wording.of(course.hostDeadline()) + ", and its agent is away"))
                : Optional.empty();
    }

    static void go(Course course, Draft draft) {
        List<Host> left = course.hosts().stream().filter(course::awaitsReturn).toList();
        List<Host> here = left.stream().filter(Host::isConnected).toList();
        List<Host> away = left.stream().filter(host -> !host.isConnected()).toList();
        List<Host> returning = course.in(HostState.RETURNING);
        if (goForth(course, draft)) {
            return;
        }
        if (course.observed().isPaused() && !left.isEmpty()) {
            draft.waitFor("paused");
        } else {
            here.stream()
                    .limit(Math.max(0, parallel(course) - returning.size()))
                    .forEach(host -> draft.act(new ReturnHost(host.id())));
            if (here.isEmpty() && returning.isEmpty() && !away.isEmpty()) {
                await(course, away, draft);
            }
        }
        waitFor(returning, draft);
    }

    private static boolean goForth(Course course, Draft draft) {
        List<Host> forth = course.hosts().stream()
                .filter(host -> host.state() == HostState.UPGRADING
                        || (host.state() == HostState.CHECKING && !course.awaitsReturn(host)))
                .toList();
        if (!forth.isEmpty()) {
            draft.waitFor(Wording.of(forth) + ", underway when the upgrade was stopped");
        }
        return !forth.isEmpty();
    }

    private static int parallel(Course course) {
        int all = (int) course.hosts().stream()
                .filter(host -> course.awaitsReturn(host) || host.returnBegin().isPresent())
                .count();
        return Math.max(1, course.spec().waves().maxParallel().of(all));
    }

    /** As long as a host may take, after the last has come to rest: so every upgrade ends. */
    private static void await(Course course, List<Host> away, Draft draft) {
        Instant last = course.hosts().stream()
                .map(Host::since)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        Instant stop = course.stop().orElseThrow().since();
        Instant limit = (last.isAfter(stop) ? last : stop).plus(course.hostDeadline());
        draft.wakeAt(limit);
        if (course.isPast(limit)) {
            String reason = "it cannot go back: its agent was away for " + Wording.of(course.hostDeadline());
            away.forEach(host -> draft.act(new LeaveHost(host.id(), reason)));
        } else {
            draft.waitFor(Wording.away(away));
        }
    }

    private static void waitFor(List<Host> returning, Draft draft) {
        if (!returning.isEmpty()) {
            draft.waitFor(Wording.of(returning) + ", going back");
        }
    }
}
