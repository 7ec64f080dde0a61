package dev.holdfast.agent.cycle;

import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.Launch;
import dev.holdfast.agent.process.ManagedProcess;
import dev.holdfast.agent.process.ProcessException;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.takeover.HeldConnection;
import dev.holdfast.agent.takeover.HeldSockets;
import dev.holdfast.agent.takeover.Holder;
import dev.holdfast.agent.takeover.Quiesce;
import dev.holdfast.agent.takeover.Release;
import dev.holdfast.agent.takeover.TakeoverException;
import dev.holdfast.common.manifest.Manifest;
import dev.holdfast.common.manifest.ManifestException;
import dev.holdfast.proto.agent.v1.CycleReport;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One cycle: hold, pause, quiesce, stop, start, deliver, resume, with the undo of each. Runs on one thread, which has the
 * process to itself.
 */
final class Cycle {
    private static final Logger log = LoggerFactory.getLogger(Cycle.class);
    private static final Duration KILL_WITHIN = Duration.ofSeconds(10);

    private final CycleContext context;
    private final String id;
    private final ManagedProcess process;
    private final ImageRef image;
    private final HeldSockets held = new HeldSockets();
    private final Holder holder;
    private final Outcomes outcomes = new Outcomes();
    private final Steps steps = new Steps();
    private State state = State.PREPARING;
    private @Nullable ProcessIdentity parking;
    private @Nullable ProcessIdentity started;

    Cycle(CycleContext context, String id, ManagedProcess process, ImageRef image) {
        this.context = context;
        this.id = id;
        this.process = process;
        this.image = image;
        this.holder = new Holder(held, process.manifest().ports());
    }

    /** A step that ends the way forward; what is undone depends on how far the cycle had come. */
    private static final class GivenUp extends Exception {
        private static final long serialVersionUID = 1;

        GivenUp(String reason) {
            super(reason);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    /** Goes through all steps; returns when everything is with one server or the other. */
    CycleReport run() throws InterruptedException {
        try {
            enter(State.PREPARING, "");
            return finish(forward());
        } catch (GivenUp e) {
            return finish(undo(e.reason()));
        } catch (ProcessException | TakeoverException | SyscallException | ManifestException | UncheckedIOException e) {
            log.warn("cycle {} gives up while {}", id, state.step(), e);
            return finish(undo(String.valueOf(e.getMessage())));
        }
    }

    /** How the cycle ended, with the reason unless all is well. */
    private record End(State state, String reason) {}

    private End forward() throws GivenUp, InterruptedException {
        Launch next = context.servers().prepare(process.processId(), image);
        Manifest manifest = process.manifest();
        enter(State.HOLDING, "");
        holder.refresh(ProcessTree.of(process.pid()).pids());
        if (held.listeners().isEmpty()) {
            throw new GivenUp("process " + process.pid() + " listens on none of the manifest's ports "
                    + manifest.ports() + ": correct the manifest of the running image");
        }
        Quiesce quiesce = new Quiesce(held, holder, process.pid(), manifest.takeover());
        quiesce.observe();
        enter(State.PAUSING, held.connections().size() + " connections");
        held.pauseAll();
        enter(State.QUIESCING, "");
        boolean gone = await(quiesce, manifest);
        parking = Parking.of(held);
        enter(State.STOPPING, "");
        Stopping.stop(process, manifest.stop(), held, context.exits());
        Successor successor = new Successor(image, next, held, outcomes);
        enter(State.STARTING, gone ? "the old server ended by itself" : "");
        successor.start(this::spawned);
        enter(State.DELIVERING, held.connections().size() + " connections");
        successor.deliver();
        enter(State.RESUMING, "");
        context.servers().replace(process.processId(), image, successor.pid());
        return new End(State.DONE, "");
    }

    private boolean await(Quiesce quiesce, Manifest manifest) throws GivenUp {
        return switch (quiesce.await()) {
            case Quiesce.Result.Quiet() -> false;
            case Quiesce.Result.Busy(int connections, String example) ->
                throw new GivenUp("the server did not become quiet within "
                        + manifest.takeover().deadline().toMillis() + " ms: it owed answers on " + connections
                        + " connections, for example " + example);
            case Quiesce.Result.Gone() -> {
                resetOwed("the old server ended by itself and owed an answer");
                yield true;
            }
        };
    }

    private void resetOwed(String reason) {
        for (HeldConnection connection : held.connections()) {
            if (held.owed(connection)) {
                outcomes.reset(connection, reason);
            }
        }
    }

    private void spawned(ProcessIdentity identity) {
        started = identity;
        record();
    }

    /** Back to the old image, from wherever the cycle is. */
    private End undo(String reason) throws InterruptedException {
        if (!state.oldMayBeGone()) {
            Release.of(held, holder, process.pid());
            return new End(State.ABORTED, reason);
        }
        enter(State.REVERTING, reason);
        return revert(reason);
    }

    private End revert(String reason) throws InterruptedException {
        try {
            if (process.identity().alive()) {
                // Stopping it failed: it is frozen or on its way out, and has everything still.
                Release.of(held, holder, process.pid());
                return new End(State.REVERTED, reason);
            }
            Launch old = context.servers().prepare(process.processId(), process.image());
            Successor successor = new Successor(process.image(), old, held, outcomes);
            successor.start(this::spawned);
            successor.deliver();
            context.servers().replace(process.processId(), process.image(), successor.pid());
            return new End(State.REVERTED, reason);
        } catch (ProcessException | TakeoverException | SyscallException e) {
            log.error("cycle {}: the old image does not come back", id, e);
            String both = reason + "; and the old image did not come back: " + e.getMessage();
            held.connections().forEach(connection -> outcomes.reset(connection, both));
            context.servers().lost(process.processId(), both);
            return new End(State.FAILED, both);
        }
    }

    /**
     * For a cycle that an earlier agent did not end: what it held is taken from the parking process.
     *
     * @param last where it was
     */
    CycleReport recover(Journal.Entry last) throws InterruptedException {
        state = last.state();
        parking = last.parking();
        String reason = "the agent ended while " + state.step();
        if (parking == null || (process.identity().alive() && state != State.STOPPING)) {
            holder.refresh(ProcessTree.of(process.pid()).pids());
            Release.of(held, holder, process.pid());
            return finish(new End(State.ABORTED, reason));
        }
        ProcessIdentity successor = last.started();
        if (state == State.RESUMING && successor != null && successor.alive()) {
            holder.refresh(ProcessTree.of(successor.pid()).pids());
            held.releaseAll();
            held.connections().forEach(outcomes::delivered);
            context.servers().replace(process.processId(), image, successor.pid());
            return finish(new End(State.DONE, ""));
        }
        // It may have been stopped in part, or have lost its sockets already.
        ProcessTree.of(process.pid()).killAll(context.exits(), KILL_WITHIN);
        if (successor != null && successor.alive()) {
            ProcessTree.of(successor.pid()).killAll(context.exits(), KILL_WITHIN);
        }
        holder.refresh(List.of(parking.pid()));
        held.releaseAll();
        if (state == State.DELIVERING) {
            resetOwed("the agent ended during the delivery and an answer was owed");
        }
        enter(State.REVERTING, reason);
        return finish(revert(reason));
    }

    private void enter(State next, String detail) {
        if (next != state) {
            if (!state.next().contains(next)) {
                throw new IllegalStateException(state + " is not followed by " + next);
            }
            steps.next(next);
            state = next;
        }
        record();
        context.progress(id, state, detail);
    }

    private void record() {
        context.journal(id)
                .append(new Journal.Entry(id, process.processId(), image, state, process.identity(), parking, started));
    }

    private CycleReport finish(End end) {
        steps.next(end.state());
        state = end.state();
        CycleReport report = CycleReport.newBuilder()
                .setCycleId(id)
                .setState(state.wire())
                .setReason(end.reason())
                .addAllSteps(steps.done())
                .addAllConnections(outcomes.all(held))
                .setEndTime(context.now())
                .build();
        held.connections().stream().filter(outcomes::isReset).forEach(held::reset);
        held.close();
        if (parking != null) {
            Parking.end(parking);
        }
        log.info("cycle {} of {} ended {} {}", id, process.processId(), state.step(), end.reason());
        return report;
    }
}
