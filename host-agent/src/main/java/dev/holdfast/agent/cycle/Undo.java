package dev.holdfast.agent.cycle;

import dev.holdfast.agent.process.Launch;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ServerProcesses;
import dev.holdfast.agent.takeover.HeldConnection;
import dev.holdfast.agent.takeover.HeldSockets;
import dev.holdfast.agent.takeover.Release;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Back to the old image, from wherever a cycle is. Nothing that goes wrong on this way may end it half way. */
final class Undo {
    private static final Logger log = LoggerFactory.getLogger(Undo.class);
    private static final int TRIES = 10;
    private static final Duration TRY_AGAIN = Duration.ofMillis(200);

    private final Course course;
    private final HeldSockets held;
    private final ServerProcesses servers;

    Undo(Course course) {
        this.course = course;
        this.held = course.held();
        this.servers = course.context().servers();
    }

    /** For people: what a failure says, or its name when it says nothing. */
    static String words(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /** The old server goes on while it surely has everything; otherwise its image is started again. */
    End from(String reason) throws InterruptedException {
        course.goBack(reason);
        if (course.state() == State.WARMING) {
            // Nothing was done to the old server yet, and of its connections none is held.
            return new End(State.ABORTED, course.reason(), () -> {});
        }
        return course.state().oldMayBeGone() ? revert() : release();
    }

    /** The new server's trial, and the way back where it fails. */
    End unlessProven(Trial trial) throws InterruptedException {
        try (trial) {
            Optional<String> flaw = trial.flaw();
            if (flaw.isEmpty()) {
                return trial.passed();
            }
            new Return(course, trial).of(flaw.get());
        } catch (RuntimeException | Error e) {
            log.error("cycle {}: while the new server was on trial", course.id(), e);
            if (course.state() == State.PROVING || course.state() == State.LINGERING) {
                // It serves, and there is nobody to take its place.
                return trial.passed().because("the new server goes on, its trial was broken off: " + words(e));
            }
        }
        return revert();
    }

    End release() throws InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                Release.of(held, course.holder(), course.old().pid());
                return new End(State.ABORTED, course.reason(), () -> {});
            } catch (RuntimeException | Error e) {
                log.error("cycle {}: the old server does not have everything back yet", course.id(), e);
                if (tries == TRIES) {
                    return new End(
                            State.ABORTED,
                            course.reason() + "; and not everything could be given back: " + words(e),
                            () -> {});
                }
                Thread.sleep(TRY_AGAIN);
            }
        }
    }

    /** The old server is ended first, whatever is left of it: two must never read the same connections. */
    End revert() throws InterruptedException {
        ProcessIdentity started = course.started();
        if (started != null) {
            Stopping.kill(course.context(), started, List.of());
        }
        if (!course.lingerers().linger()) {
            // What was to stay with it and could not be parted from the rest ends with it.
            course.lingerers().giveUp(course.reason());
        }
        while (true) {
            course.revert();
            try {
                return startedAgain();
            } catch (RuntimeException | Error e) {
                log.error("cycle {}: the old image does not come back", course.id(), e);
                if (!course.lingerers().linger()) {
                    return failed(course.reason() + "; and the old image did not come back: " + words(e));
                }
                // Perhaps two cannot run at once after all.
                course.lingerers().giveUp("the old image did not come back beside it: " + words(e));
            }
        }
    }

    private End startedAgain() throws InterruptedException {
        held.listenAgain();
        course.park();
        Launch again = servers.prepare(course.processId(), course.from());
        Successor successor = new Successor(course, course.from(), again);
        successor.start();
        successor.transfer(held::lookAtEnds, List::of, () -> {}).ofAll();
        return successor.asEnd(State.REVERTED, course.reason());
    }

    private End failed(String both) {
        held.lookAtEnds();
        List<HeldConnection> left = new ArrayList<>();
        for (HeldConnection connection : held.connections()) {
            if (connection.closedByClient() && !course.outcomes().isReset(connection)) {
                course.outcomes().closedByClient(connection);
            } else if (!course.outcomes().isReset(connection)) {
                left.add(connection);
            }
        }
        course.resets().of(left, both);
        return new End(State.FAILED, both, () -> servers.lost(course.processId(), both));
    }
}
