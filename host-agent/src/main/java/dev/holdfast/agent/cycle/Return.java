package dev.holdfast.agent.cycle;

import dev.holdfast.agent.process.ProcessException;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.takeover.Belief;
import dev.holdfast.agent.takeover.Cut;
import dev.holdfast.agent.takeover.HeldSockets;
import dev.holdfast.agent.takeover.Loss;
import dev.holdfast.agent.takeover.Quiesce;
import dev.holdfast.agent.takeover.Release;
import dev.holdfast.common.manifest.Takeover;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes everything from a new server on trial, clients that came since among it, and ends it. */
final class Return {
    private static final Logger log = LoggerFactory.getLogger(Return.class);
    private static final Duration FREEZE_WITHIN = Duration.ofSeconds(2);

    private final Course course;
    private final Trial trial;
    private final ProcessIdentity server;
    private final HeldSockets held;

    Return(Course course, Trial trial) {
        this.course = course;
        this.trial = trial;
        this.server = trial.server();
        this.held = course.held();
    }

    /**
     * Done when it returns, all being in hand and on disk.
     *
     * @throws RuntimeException when it cannot be, as without descriptors: the server goes on then
     */
    void of(String reason) throws InterruptedException {
        try (Quiesce quiesce = new Quiesce(held, course.holder(), server.pid(), policy())) {
            of(reason, quiesce);
        }
    }

    /** It cannot linger beside the old image. */
    private Takeover policy() {
        Takeover asked = course.image().manifest().takeover();
        return asked.onDeadline() == Takeover.OnDeadline.LINGER ? asked.with(Takeover.OnDeadline.RESET) : asked;
    }

    private void of(String reason, Quiesce quiesce) throws InterruptedException {
        long died = System.nanoTime();
        Supplier<List<Loss>> losses;
        boolean lost = !server.alive();
        try {
            losses = take(quiesce, died);
        } catch (RuntimeException e) {
            if (!trial.isOver()) {
                try {
                    Release.of(held, course.holder(), server.pid());
                } catch (RuntimeException again) {
                    e.addSuppressed(again);
                }
                throw e;
            }
            log.error("cycle {}: not everything could be taken from server {}", course.id(), server.pid(), e);
            losses = () -> trial.losses(died);
            lost = true;
        }
        course.takeBack(reason, lost);
        trial.close();
        Stopping.kill(course.context(), server, List.of());
        held.pauseAll();
        held.feedAll();
        course.resets().of(losses, "the new server had its request when it was given up: " + reason);
    }

    /** How to tell what it owes, now that it does nothing more. One that can finish what it has begun may do so. */
    private Supplier<List<Loss>> take(Quiesce quiesce, long died) {
        course.holder().refresh(ProcessTree.of(server).pids());
        if (!trial.isOver()) {
            quiesce.observe();
            quiesce.pause();
            return switch (quiesce.await(trial::isOver)) {
                case Quiesce.Result.Quiet(List<Cut> cut, List<Cut> _) -> () -> losses(cut);
                // As with the old server, of which the same is believed.
                case Quiesce.Result.Busy _, Quiesce.Result.Tied _ -> frozen(quiesce, Loss::certain);
                case Quiesce.Result.Gone _, Quiesce.Result.Recalled _ -> frozen(quiesce, _ -> true);
            };
        }
        freeze();
        return () -> trial.losses(died);
    }

    private Supplier<List<Loss>> frozen(Quiesce quiesce, Predicate<Loss> counts) {
        freeze();
        long stands = System.nanoTime();
        return () -> quiesce.losses(
                course.resets().readSinceQuiet(held.connections()),
                Belief.SURE,
                stands,
                connection -> held.loss(connection, stands).filter(counts));
    }

    private static List<Loss> losses(List<Cut> cut) {
        return cut.stream().map(each -> new Loss(each.connection(), true)).toList();
    }

    private void freeze() {
        try {
            ProcessTree tree = ProcessTree.freeze(server.pid(), FREEZE_WITHIN);
            course.holder().refresh(tree.pids());
        } catch (ProcessException e) {
            log.warn("cycle {}: server {} is not frozen: {}", course.id(), server.pid(), e.getMessage());
            course.holder().refresh(ProcessTree.of(server).pids());
        }
    }
}
