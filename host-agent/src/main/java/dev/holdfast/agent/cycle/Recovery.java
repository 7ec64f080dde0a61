package dev.holdfast.agent.cycle;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.process.Launch;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.process.ServerProcesses;
import dev.holdfast.agent.takeover.HeldConnection;
import dev.holdfast.agent.takeover.HeldSockets;
import dev.holdfast.agent.takeover.Holder;
import dev.holdfast.agent.takeover.Release;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a cycle that an earlier agent did not end. May itself be broken off at any point and begun again. */
final class Recovery {
    private static final Logger log = LoggerFactory.getLogger(Recovery.class);
    /** A traced process is killed with its tracer; it takes the kernel some time. */
    private static final Duration KILLED_WITHIN = Duration.ofMillis(100);

    private static final Duration FREEZE_WITHIN = Duration.ofSeconds(2);

    private final Course course;
    private final Journal.Entry last;
    private final HeldSockets held;
    private final ServerProcesses servers;
    private final long died;

    /**
     * Ends a cycle.
     *
     * @param last its last step
     * @param died when the agent lived last for sure, and with it the server that it traced, by {@link System#nanoTime}
     */
    Recovery(Course course, Journal.Entry last, long died) {
        this.course = course;
        this.last = last;
        this.died = died;
        this.held = course.held();
        this.servers = course.context().servers();
    }

    CycleReport run() throws InterruptedException {
        Resolution resolution = Resolution.of(
                last.state(),
                last.handedOver(),
                staysAlive(last.started()),
                last.old().alive(),
                last.parking().stream().anyMatch(ProcessIdentity::alive));
        log.warn("cycle {} was left while {}: {}", last.cycleId(), last.state().step(), resolution);
        course.goBack(reason());
        return new Ending(course)
                .finish(
                        switch (resolution) {
                            case REPORT -> report();
                            case RELEASE -> release();
                            case KEEP, LINGER -> keep();
                            case PROVE -> prove();
                            case REVERT -> revert();
                        });
    }

    private String reason() {
        String left = "the agent ended while " + last.state().step();
        return last.reason().isEmpty() ? left : last.reason() + "; then " + left;
    }

    private static boolean staysAlive(@Nullable ProcessIdentity process) {
        if (process == null || !process.alive()) {
            return false;
        }
        try (OwnedFd pidfd = Processes.pidfdOpen(process.pid())) {
            return process.alive() && !Processes.awaitExit(pidfd, KILLED_WITHIN);
        } catch (SyscallException e) {
            if (process.alive()) {
                throw e;
            }
            return false;
        }
    }

    private End report() {
        End end = new End(last.state(), last.reason(), () -> {});
        return switch (last.state()) {
            case DONE, REVERTED -> keepRecorded(end).with(Outcome.OUTCOME_KEPT);
            case ABORTED -> end.with(Outcome.OUTCOME_RELEASED);
            default -> end;
        };
    }

    /** The server that was started may not have been recorded yet; one that has ended since is watched for that. */
    private End keepRecorded(End end) {
        ProcessIdentity started = last.started();
        return started == null || !started.alive() ? end : new End(end.state(), end.reason(), replace(started));
    }

    private Runnable replace(ProcessIdentity started) {
        boolean reverted = last.state() == State.REVERTING || last.state() == State.REVERTED;
        return () -> servers.replace(course.processId(), reverted ? course.from() : course.image(), started);
    }

    private End release() throws InterruptedException {
        // First of all: the clients wait. What is held is out of TCP_REPAIR.
        try {
            course.holder().refresh(ProcessTree.of(last.old()).pids());
        } finally {
            ProcessTree.of(last.old()).thaw();
        }
        if (last.started() != null) {
            // It was started beside the old server. Its tracer's end kills it, once it was traced.
            Stopping.kill(course.context(), last.started(), List.of());
        }
        course.resets().again();
        return new Undo(course).release().with(Outcome.OUTCOME_RELEASED);
    }

    private End keep() throws InterruptedException {
        course.lingerers().resume();
        ProcessIdentity started = Objects.requireNonNull(last.started());
        // Those that have come since are its own business, and so not reported.
        freeFrom(started);
        boolean reverting = last.state() == State.REVERTING;
        End end = new End(reverting ? State.REVERTED : State.DONE, reverting ? last.reason() : "", replace(started));
        return end.with(Outcome.OUTCOME_KEPT);
    }

    /** Whatever an earlier agent may have done to it on the way back from a trial. */
    private void freeFrom(ProcessIdentity started) {
        ProcessTree tree = ProcessTree.of(started);
        try (HeldSockets serving = new HeldSockets()) {
            Holder holder = new Holder(serving, course.from().manifest().ports());
            try {
                holder.refresh(tree.pids());
            } finally {
                tree.thaw();
            }
            // Clients in the backlog too have the pause from their listener.
            Release.of(serving, holder, started.pid());
        }
    }

    /** Nobody watched it meanwhile: its time begins anew. */
    private End prove() throws InterruptedException {
        course.lingerers().resume();
        ProcessIdentity started = Objects.requireNonNull(last.started());
        freeFrom(started);
        End done = new End(State.DONE, "", replace(started)).with(Outcome.OUTCOME_KEPT);
        if (!Trial.isDue(course)) {
            return done;
        }
        Launch launch = servers.prepare(course.processId(), course.image());
        return new Undo(course).unlessProven(new Trial(course, started, launch, done));
    }

    private End revert() throws InterruptedException {
        if (last.started() != null) {
            Stopping.kill(course.context(), last.started(), List.of());
        }
        List<Integer> parking = last.parking().stream()
                .filter(ProcessIdentity::alive)
                .map(ProcessIdentity::pid)
                .toList();
        course.holder().refresh(parking);
        course.parkings().restored(held);
        if (!last.state().oldMayBeGone()) {
            course.stopping(last.members());
        }
        if (!course.lingerers().resume()) {
            if (last.state() == State.STOPPING) {
                // It may be about to save what it has; whether it has its sockets still is not known.
                stopInGoodOrder();
            }
            Stopping.kill(course.context(), last.old(), last.members());
        }
        for (HeldConnection connection : List.copyOf(held.connections())) {
            if (course.outcomes().isClosedByServer(connection)) {
                held.dropped(connection);
            }
        }
        course.resets().again();
        held.releaseAll();
        switch (last.state()) {
            case DELIVERING, RESUMING, PROVING, LINGERING, REVERTING ->
                course.resets()
                        .owed(
                                held.connections(),
                                Read.SINCE_QUIET,
                                died,
                                "the server that had its request ended with the agent while "
                                        + last.state().step());
            default -> {}
        }
        return new Undo(course).revert();
    }

    private void stopInGoodOrder() {
        try {
            if (last.old().alive()) {
                ProcessTree.freeze(last.old().pid(), FREEZE_WITHIN);
                Stopping.stop(course, course.from().manifest().stop());
            }
        } catch (RuntimeException e) {
            log.warn("server {} does not end in good order: {}", last.old().pid(), e.getMessage());
        }
    }
}
