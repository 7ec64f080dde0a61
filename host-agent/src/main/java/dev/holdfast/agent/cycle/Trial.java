package dev.holdfast.agent.cycle;

import dev.holdfast.agent.process.AcceptedListener;
import dev.holdfast.agent.process.Launch;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.process.ReadyCheck;
import dev.holdfast.agent.takeover.Belief;
import dev.holdfast.agent.takeover.DeathWatch;
import dev.holdfast.agent.takeover.HeldConnection;
import dev.holdfast.agent.takeover.Ledger;
import dev.holdfast.agent.takeover.Loss;
import dev.holdfast.agent.takeover.Quiesce;
import dev.holdfast.agent.takeover.TakeoverException;
import dev.holdfast.common.manifest.PortSpec;
import dev.holdfast.proto.agent.v1.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time in which a new server that serves already can still be replaced by the old image. Nothing of it is held: should
 * it end, it is stopped before its sockets are closed, and they are taken from it there.
 */
final class Trial implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Trial.class);
    private static final Duration CHECK_EVERY = Duration.ofSeconds(1);
    private static final int CHECKS_AT_LEAST = 5;
    private static final Duration CHECK_WITHIN = Duration.ofSeconds(2);
    private static final int FAILURES = 3;
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    /** Looks take no more of a CPU than one part in so many. */
    private static final int LOOK_SHARE = 10;

    private final Course course;
    private final ProcessIdentity server;
    private final Launch launch;
    private final End passed;
    private final Duration time;
    private final Ledger ledger;
    private @Nullable DeathWatch watch;

    /** Not begun; {@code passed} is how the cycle ends when there is nothing against the server. */
    Trial(Course course, ProcessIdentity server, Launch launch, End passed) {
        this.course = course;
        this.server = server;
        this.launch = launch;
        this.passed = passed;
        this.ledger = new Ledger(course.image().manifest().ports().stream()
                .map(PortSpec::port)
                .distinct()
                .toList());
        this.time = course.image().manifest().takeover().prove();
    }

    /** Whether there is one: also for a cycle that was to be undone while the new server was given the connections. */
    static boolean isDue(Course course) {
        return course.image().manifest().takeover().prove().isPositive()
                || course.recall().isCalled();
    }

    /** Why the old image is to come back; empty when the server has proven itself. */
    Optional<String> flaw() throws InterruptedException {
        if (course.state() != State.LINGERING) {
            course.enter(State.PROVING, "for " + time.toMillis() + " ms");
        }
        try {
            DeathWatch ours =
                    DeathWatch.of(server.pid(), () -> ProcessTree.of(server).pids());
            watch = ours;
            ledger.begin(course.held(), course.resets()::readWhenQuiet);
            course.leave(new Outcomes.Absent(Outcome.OUTCOME_KEPT, ""));
            record();
            return watched(ours);
        } catch (TakeoverException e) {
            if (!server.alive()) {
                return Optional.of(course.image() + " ended as soon as it had taken over" + words());
            }
            log.warn("cycle {}: {} is not on trial: {}", course.id(), course.image(), e.getMessage());
            return Optional.empty();
        }
    }

    /** So that the process table shows what serves; tried again at the end. */
    private void record() {
        try {
            passed.registry().run();
        } catch (RuntimeException e) {
            log.warn("cycle {}: it is not recorded yet what serves: {}", course.id(), e.getMessage());
        }
    }

    private Optional<String> watched(DeathWatch ours) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        long every = Math.min(CHECK_EVERY.toNanos(), time.toNanos() / CHECKS_AT_LEAST);
        int failures = 0;
        while (true) {
            Optional<String> verdict = verdict(ours, System.nanoTime() + every);
            if (verdict.isPresent()) {
                return verdict;
            }
            ours.lookAgain();
            Optional<String> problem = ReadyCheck.ask(
                    course.image().manifest(), launch, () -> over(ours), new AcceptedListener(), CHECK_WITHIN);
            if (problem.isPresent()) {
                failures++;
            } else {
                failures = 0;
            }
            if (over(ours).isEmpty() && failures == FAILURES) {
                return Optional.of(course.image() + " was not ready any more, " + FAILURES + " checks in a row: "
                        + problem.orElse("") + words());
            }
            if (problem.isEmpty() && System.nanoTime() > end) {
                return Optional.empty();
            }
        }
    }

    /** What ends the trial early. */
    private Optional<String> over(DeathWatch ours) {
        return ours.dying().isDone() || course.recall().isCalled() ? Optional.of("over") : Optional.empty();
    }

    /** Until that time, with a look at the connections now and again. */
    private Optional<String> verdict(DeathWatch ours, long until) throws InterruptedException {
        long pause = LOOK_EVERY.toNanos();
        while (true) {
            long left = until - System.nanoTime();
            Optional<String> verdict = verdict(ours, Duration.ofNanos(Math.clamp(left, 0, pause)));
            if (verdict.isPresent() || left <= 0) {
                return verdict;
            }
            long began = System.nanoTime();
            ledger.look();
            course.resets().witness().ifPresent(Quiesce::keepUp);
            pause = Math.max(LOOK_EVERY.toNanos(), (System.nanoTime() - began) * LOOK_SHARE);
        }
    }

    private Optional<String> verdict(DeathWatch ours, Duration within) throws InterruptedException {
        try {
            CompletableFuture.anyOf(ours.dying(), course.recall().called()).get(within.toNanos(), TimeUnit.NANOSECONDS);
            return Optional.of(
                    ours.dying().isDone()
                            ? course.image() + " " + ours.dying().join() + " while it was on trial" + words()
                            : course.recall().called().join());
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new TakeoverException("server " + server.pid() + " is not watched any more: " + e.getCause());
        }
    }

    private String words() {
        return launch.logs().lastWords();
    }

    /**
     * Of what is held again, what the dead server owed an answer, or perhaps did.
     *
     * @param died when it read and wrote last, by {@link System#nanoTime}
     */
    List<Loss> losses(long died) {
        List<HeldConnection> all = course.resets().readSinceQuiet(course.held().connections());
        return course.resets()
                .witness()
                .map(wire -> wire.losses(all, Belief.WIRE, died, each -> loss(each, died)))
                .orElseGet(() ->
                        all.stream().flatMap(each -> loss(each, died).stream()).toList());
    }

    private Optional<Loss> loss(HeldConnection connection, long died) {
        return ledger.loss(course.held(), connection, died);
    }

    ProcessIdentity server() {
        return server;
    }

    End passed() {
        return passed;
    }

    /** Whether the server stands where it ends, or has ended: what it has begun it does not finish. */
    boolean isOver() {
        return (watch != null && watch.dying().isDone()) || !server.alive();
    }

    /** Lets the server go its way. */
    @Override
    public void close() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }
}
