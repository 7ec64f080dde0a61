package dev.holdfast.agent.cycle;

import dev.holdfast.agent.process.Launch;
import dev.holdfast.agent.process.ProcessIdentity;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When all is with one server or the other but for what stays with an old one that lingers, that one is waited for. Nothing of
 * the others is held meanwhile.
 */
final class Farewell {
    private static final Logger log = LoggerFactory.getLogger(Farewell.class);

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
        if (end.state() != State.DONE) {
            await(() -> false);
        } else if (!await(course.recall()::isCalled)) {
            last = leave(undone(last));
            await(() -> false);
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
        course.held().leaveListeners();
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

    /** Whether nothing stays any more; false when it is not waited for that. */
    private boolean await(BooleanSupplier brokenOff) throws InterruptedException {
        boolean serves = true;
        while (lingerers.left() > 0) {
            if (brokenOff.getAsBoolean()) {
                return false;
            }
            if (lingerers.isOverdue()) {
                Duration linger = course.from().manifest().takeover().linger();
                lingerers.cut("takeover.linger was over after " + linger.toMillis() + " ms");
                return true;
            }
            course.recall().rest(lingerers::await);
            if (lingerers.settle()) {
                course.record();
            }
            serves = serves && stillServes();
        }
        return true;
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
