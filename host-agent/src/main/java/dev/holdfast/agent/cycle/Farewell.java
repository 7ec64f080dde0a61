package dev.holdfast.agent.cycle;

import dev.holdfast.agent.process.Launch;
import dev.holdfast.agent.process.ProcessIdentity;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When all is with one server or the other but for what stays with an old one that lingers, that one is waited for. Nothing of
 * the others is held meanwhile.
 */
final class Farewell {
    private static final Logger log = LoggerFactory.getLogger(Farewell.class);

    /** All that can follows at once; it takes a while, and the new server is stopped now and again meanwhile. */
    private static final Duration FOLLOW_EVERY = Duration.ofSeconds(1);

    private final Course course;
    private final Lingerers lingerers;

    Farewell(Course course) {
        this.course = course;
        this.lingerers = course.lingerers();
    }

    /** How the cycle ends, now that the old server has. */
    End after(End end) throws InterruptedException {
        if (!lingerers.linger()) {
            return end;
        }
        End last = leave(end);
        Optional<End> back = end.state() == State.DONE ? untilOver(last) : Optional.empty();
        if (back.isPresent()) {
            last = leave(back.get());
        }
        while (goesOn()) {
            course.recall().rest(lingerers::await);
        }
        lingerers.end();
        return last;
    }

    /** Whoever serves now is alone with it, and the process table says so. */
    private End leave(End end) {
        if (end.state() == State.DONE) {
            course.enter(State.LINGERING, lingerers.left() == 1 ? "1 connection" : lingerers.left() + " connections");
        }
        course.leave(end.absent());
        course.held().leaveAll();
        try {
            end.registry().run();
            return new End(end.state(), end.reason(), () -> {}, end.absent());
        } catch (RuntimeException e) {
            log.warn("cycle {}: it is not recorded yet what serves: {}", course.id(), e.getMessage());
            return end;
        }
    }

    /** The new server is treated as one that fails a trial. */
    private End undone(End done) throws InterruptedException {
        ProcessIdentity server = Objects.requireNonNull(course.started());
        Launch launch = course.context().servers().prepare(course.processId(), course.image());
        return new Undo(course).unlessProven(new Trial(course, server, launch, done));
    }

    /** The new server serves, and what can follows to it. How the cycle ends where it goes back. */
    private Optional<End> untilOver(End done) throws InterruptedException {
        boolean serves = true;
        long followAt = System.nanoTime();
        while (goesOn()) {
            if (course.recall().isCalled()) {
                return Optional.of(undone(done));
            }
            serves = serves && stillServes();
            if (serves && lingerers.isAnyReady() && System.nanoTime() > followAt) {
                new Following(course).now();
                followAt = System.nanoTime() + FOLLOW_EVERY.toNanos();
            }
            course.recall().rest(lingerers::await);
        }
        return Optional.empty();
    }

    /** Whether something stays still, and may. */
    private boolean goesOn() throws InterruptedException {
        if (lingerers.settle()) {
            course.record();
        }
        if (lingerers.left() > 0 && lingerers.isOverdue()) {
            Duration linger = course.from().manifest().takeover().linger();
            lingerers.cut("takeover.linger was over after " + linger.toMillis() + " ms");
        }
        return lingerers.left() > 0;
    }

    /** Who watches for its end waits for the cycle's; the process table does not. */
    private boolean stillServes() {
        ProcessIdentity server = course.started();
        if (server == null || server.alive()) {
            return true;
        }
        String how = course.context().exits().of(server).orElse("ended");
        course.context().servers().lost(course.processId(), "Its process " + server.pid() + " " + how);
        return false;
    }
}
