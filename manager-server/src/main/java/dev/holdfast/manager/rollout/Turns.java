package dev.holdfast.manager.rollout;

import dev.holdfast.manager.rollout.Action.BeginHost;
import dev.holdfast.manager.rollout.Observed.Host;
import dev.holdfast.manager.rollout.Observed.Wave;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which hosts of a wave begin now. */
final class Turns {
    /** An agent that is away for less may be on its way from one manager to another. */
    private static final Duration AWAY = Duration.ofSeconds(15);

    private Turns() {}

    static void take(Course course, Wave wave, List<Host> hosts, Draft draft) {
        List<Host> waiting =
                hosts.stream().filter(host -> host.state() == HostState.WAITING).toList();
        List<Host> underway =
                hosts.stream().filter(host -> host.state().isUnderway()).toList();
        if (!waiting.isEmpty() && course.observed().isPaused()) {
            draft.waitFor("paused");
        } else if (!waiting.isEmpty() && !isOpen(course)) {
            awaitWindow(course, draft);
        } else {
            int parallel = Math.max(1, course.spec().waves().maxParallel().of(hosts.size()));
            take(course, waiting, parallel - underway.size(), draft);
        }
        draft.waitFor(course.label(wave) + ": "
                + (underway.isEmpty() ? Wording.away(waiting) : Wording.of(underway) + ", underway"));
    }

    private static void take(Course course, List<Host> waiting, int places, Draft draft) {
        int free = places;
        int failuresLeft = course.failuresLeft();
        for (Host host : waiting) {
            if (free <= 0 || failuresLeft < 0) {
                return;
            }
            if (host.isConnected()) {
                draft.act(new BeginHost(host.id()));
                free--;
            } else {
                Instant gone = host.lastSeen().plus(AWAY);
                draft.wakeAt(gone);
                Optional<Action> end = course.isPast(gone) ? away(course, host) : Optional.empty();
                end.ifPresent(draft::act);
                failuresLeft -= end.isPresent() && course.spec().hostsDown() == Spec.HostsDown.FAIL ? 1 : 0;
            }
        }
    }

    private static Optional<Action> away(Course course, Host host) {
        String reason = "its agent was away when its turn came";
        return switch (course.spec().hostsDown()) {
            case WAIT -> Optional.empty();
            case SKIP -> Optional.of(Judge.end(host, HostState.SKIPPED, End.DONE, reason));
            case FAIL -> Optional.of(Judge.end(host, HostState.FAILED, End.ABORTED, reason));
        };
    }

    private static boolean isOpen(Course course) {
        List<Window> windows = course.spec().windows();
        return windows.isEmpty() || windows.stream().anyMatch(window -> window.isOpen(course.now()));
    }

    private record Opening(Instant time, Window window) {}

    private static void awaitWindow(Course course, Draft draft) {
        course.spec().windows().stream()
                .flatMap(window -> window.nextOpening(course.now()).stream().map(time -> new Opening(time, window)))
                .min(Comparator.comparing(Opening::time))
                .ifPresent(next -> {
                    draft.wakeAt(next.time);
                    draft.waitFor("the window that opens at "
                            + next.time.atZone(next.window.zone()).toOffsetDateTime() + " ("
                            + next.window.zone() + ")");
                });
    }
}
