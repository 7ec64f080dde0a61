package dev.holdfast.manager.rollout;

import dev.holdfast.manager.rollout.Action.AskApproval;
import dev.holdfast.manager.rollout.Action.BeginWave;
import dev.holdfast.manager.rollout.Action.EndWave;
import dev.holdfast.manager.rollout.Observed.Host;
import dev.holdfast.manager.rollout.Observed.Wave;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** One wave after the other. */
final class Waves {
    private Waves() {}

    static void go(Course course, Draft draft) {
        course.wave().ifPresent(wave -> {
            List<Host> hosts = course.of(wave);
            if (wave.begin().isEmpty()) {
                begin(course, wave, draft);
            } else if (hosts.stream().allMatch(host -> host.state().isAtRest())) {
                soak(course, wave, hosts, draft);
            } else {
                Turns.take(course, wave, hosts, draft);
            }
        });
    }

    private static void begin(Course course, Wave wave, Draft draft) {
        if (course.spec().waves().wantsApproval(wave.number()) && !wave.approved()) {
            if (!wave.asked()) {
                draft.act(new AskApproval(wave.number()));
            }
            draft.waitFor("approval of " + course.label(wave) + ": holdfast upgrade approve");
        } else if (course.observed().isPaused()) {
            draft.waitFor("paused");
        } else {
            draft.act(new BeginWave(wave.number()));
        }
    }

    /** All its hosts are at rest. */
    private static void soak(Course course, Wave wave, List<Host> hosts, Draft draft) {
        Instant soaked = hosts.stream()
                .map(Host::since)
                .max(Comparator.naturalOrder())
                .or(wave::begin)
                .orElseThrow()
                .plus(course.spec().waves().soak());
        boolean asks = course.spec().health().asksWaves();
        if (asks) {
            draft.ask(wave.number());
        }
        if (!course.isPast(soaked)) {
            draft.wakeAt(soaked);
            draft.waitFor(course.label(wave) + ": soaking until " + soaked);
        } else if (asks && wave.gate().holdsSince().isEmpty()) {
            gate(course, wave, soaked.plus(course.hostDeadline()), draft);
        } else {
            draft.act(new EndWave(wave.number()));
        }
    }

    /** What a wave's queries say may come late, as the soak ends with the wave's last host. */
    private static void gate(Course course, Wave wave, Instant limit, Draft draft) {
        String detail = wave.gate().detail();
        if (course.isPast(limit)) {
            String reason = course.label(wave) + ": a query did not hold within " + Wording.of(course.hostDeadline())
                    + " after the soak";
            draft.act(Stops.stop(course, Wording.because(reason, detail), false));
        } else {
            draft.wakeAt(limit);
            draft.waitFor(Wording.because(course.label(wave) + ": a query that does not hold yet", detail));
        }
    }
}
