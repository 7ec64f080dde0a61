package dev.holdfast.agent.cycle;

import dev.holdfast.agent.linux.Priority;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.preflight.Preflight;
import dev.holdfast.agent.process.Dying;
import dev.holdfast.agent.process.Launch;
import dev.holdfast.agent.process.ProcessException;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.takeover.Cut;
import dev.holdfast.agent.takeover.HeldConnection;
import dev.holdfast.agent.takeover.HeldListener;
import dev.holdfast.agent.takeover.HeldSockets;
import dev.holdfast.agent.takeover.Holder;
import dev.holdfast.agent.takeover.Quiesce;
import dev.holdfast.agent.takeover.Rehearsal;
import dev.holdfast.agent.takeover.Rest;
import dev.holdfast.common.manifest.Manifest;
import dev.holdfast.common.manifest.Ready;
import dev.holdfast.common.manifest.Stop;
import dev.holdfast.common.manifest.Takeover;
import dev.holdfast.proto.agent.v1.CycleReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One cycle: hold, pause, quiesce, stop, start, deliver, resume, with the undo of each. Runs on one thread, which has the
 * process to itself.
 */
final class Cycle {
    private static final Logger log = LoggerFactory.getLogger(Cycle.class);

    private final Course course;
    private final HeldSockets held;
    private final Manifest manifest;
    /** Started beside the old server, and not yet given anything. */
    private @Nullable Successor waiting;
    /** The old server while it ends beside the new one, which may have its connections already. */
    private @Nullable Dying dying;
    /** Whether the old server has ended by itself. */
    private boolean gone;
    /** Whether what was seen when it stood is fresh enough for the new one. */
    private boolean seen;

    Cycle(Course course) {
        this.course = course;
        this.held = course.held();
        this.manifest = course.from().manifest();
    }

    /** A step that ends the way forward; what is undone depends on how far the cycle had come. */
    private static final class GivenUp extends Exception {
        private static final long serialVersionUID = 1;

        GivenUp(String reason) {
            super(reason);
        }
    }

    /** Goes through all steps; returns when everything is with one server or the other. */
    CycleReport run() throws InterruptedException {
        return new Ending(course).finish(end());
    }

    private End end() throws InterruptedException {
        try {
            return forward();
        } catch (GivenUp e) {
            return undone(String.valueOf(e.getMessage()));
        } catch (Recall.RecalledException e) {
            return undone(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            log.warn("cycle {} gives up while {}", course.id(), course.state().step(), e);
            return undone(Undo.words(e));
        }
    }

    private End undone(String reason) throws InterruptedException {
        if (waiting != null) {
            waiting.abandon();
        }
        awaitOldForEver();
        return new Undo(course).from(reason);
    }

    private End forward() throws GivenUp, InterruptedException {
        course.enter(State.PREPARING, "");
        int pid = course.old().pid();
        Launch next =
                course.recall().orElse(() -> course.context().servers().prepare(course.processId(), course.image()));
        Optional<String> refusal =
                new Preflight(course.context().servers()).refusal(course.processId(), course.image());
        if (refusal.isPresent()) {
            // Nothing is undone: that would touch what has not been touched.
            return new End(State.ABORTED, refusal.get(), () -> {});
        }
        Rehearsal.before(Holder.count(ProcessTree.of(pid).pids()), policy());
        if (course.image().manifest().takeover().start() == Takeover.Start.WARM) {
            warm(pid, next);
        }
        hold(pid);
        course.recall().check();
        return swap(pid, next);
    }

    /** From the pause until the new server has everything and has proven itself: for so long the connections are looked at. */
    private End swap(int pid, Launch next) throws GivenUp, InterruptedException {
        try (Quiesce quiesce = new Quiesce(held, course.holder(), pid, policy())) {
            course.resets().witness(quiesce);
            quiesce.observe();
            course.note(held.connections(), quiesce::read);
            course.enter(State.PAUSING, held.connections().size() + " connections");
            quiesce.settle();
            if (waiting != null) {
                waiting.attend();
                if (sleepersCanWait()) {
                    quiesce.leaveSleepers();
                }
            }
            boolean beside = waiting != null;
            Successor successor = waiting == null ? new Successor(course, course.image(), next) : waiting;
            Successor.Transfer transfer = transfer(successor, quiesce);
            BooleanSupplier recalled = course.recall()::isCalled;
            // What is collected now is not while clients wait.
            System.gc();
            // Clients wait from here on.
            try (Priority _ = Priority.first()) {
                quiesce.pause(() -> course.enter(State.QUIESCING, ""));
                gone = await(quiesce, recalled);
                seen = stop(quiesce);
                course.recall().check();
                if (beside) {
                    waiting = null;
                    deliver(transfer, quiesce);
                }
            }
            if (!beside) {
                course.enter(State.STARTING, gone ? "the old server ended by itself" : "");
                successor.start();
                deliver(transfer, quiesce);
            }
            awaitOldForEver();
            return proven(successor, next);
        } finally {
            course.resets().witness(null);
        }
    }

    /** Whether what was seen when the old server stood is fresh enough for the new one: it is there, nothing else takes time. */
    private boolean stop(Quiesce quiesce) throws InterruptedException {
        // What came since is parked too; then those who keep it stay, and only then the old server is touched.
        if (gone) {
            course.note(held.connections());
        } else {
            course.note(quiesce.awake(), quiesce::read);
        }
        if (gone) {
            course.parkings().cover(held);
        } else {
            course.parkings().cover(held.listeners(), quiesce.awake());
        }
        course.record();
        course.parkings().go();
        course.recall().check();
        course.stopping(gone ? ProcessTree.of(course.old()).members() : quiesce.frozen());
        Successor beside = waiting;
        if (beside != null && course.lingerers().part()) {
            return false;
        }
        if (beside != null && !gone && manifest.stop().signal() == Stop.Signal.KILL) {
            dying = Stopping.kill(course, beside.giveWay());
            return true;
        }
        Stopping.stop(course, manifest.stop());
        return beside != null && !gone;
    }

    /** The old server can linger only beside a new one that was started beside it. */
    private Takeover policy() {
        Takeover asked = manifest.takeover();
        return asked.onDeadline() == Takeover.OnDeadline.LINGER && waiting == null
                ? asked.with(Takeover.OnDeadline.ABORT)
                : asked;
    }

    /** Where it is killed beside its successor, nothing of it goes on, and nobody has to have a share. */
    private boolean sleepersCanWait() {
        return manifest.stop().signal() == Stop.Signal.KILL
                && policy().onDeadline() != Takeover.OnDeadline.LINGER
                && course.processes() == 1;
    }

    private Successor.Transfer transfer(Successor successor, Quiesce quiesce) {
        return successor.transfer(
                () -> {
                    course.note(successor.newcomers());
                    course.parkings().cover(successor.newcomers());
                    course.enter(State.DELIVERING, held.connections().size() + " connections");
                    course.parkings().go();
                    if (gone) {
                        held.lookAtEnds();
                    } else if (!seen) {
                        quiesce.lookAtEnds();
                    }
                },
                () -> rest(quiesce),
                this::awaitOld);
    }

    private void deliver(Successor.Transfer transfer, Quiesce quiesce) throws InterruptedException {
        try (Priority _ = Priority.first()) {
            if (quiesce.hasRest()) {
                transfer.restAfter(List.copyOf(quiesce.awake()));
            } else {
                transfer.ofAll();
            }
        }
    }

    /** Of what it has not read since they slept the dead server owes nothing, whatever has come. */
    private Collection<HeldConnection> rest(Quiesce quiesce) {
        Rest rest = quiesce.rest();
        List<HeldConnection> all = new ArrayList<>(rest.woken());
        if (!rest.woken().isEmpty()) {
            course.noteServed(rest.woken());
            course.parkings().cover(rest.woken());
            course.record();
            course.parkings().go();
            course.resets()
                    .owed(
                            rest.woken(),
                            Read.SINCE_QUIET,
                            rest.died(),
                            "the old server had its request when it was killed");
            course.note(rest.woken());
        }
        all.addAll(rest.asleep());
        return all;
    }

    /** Clients wait meanwhile, and it runs nothing any more: that its end is long in coming, or cannot be told, holds nobody back. */
    private void awaitOld() {
        if (dying != null) {
            try (Dying old = dying) {
                Stopping.await(old, course.context());
                dying = null;
            } catch (ProcessException | SyscallException e) {
                log.error("the new server is let go all the same: {}", e.getMessage());
            }
        }
    }

    /** Nothing else is started, and nothing recorded, before it is gone. */
    private void awaitOldForEver() throws InterruptedException {
        if (dying != null) {
            dying.close();
            Stopping.kill(course.context(), course.old(), course.members());
            dying = null;
        }
    }

    private End proven(Successor successor, Launch launch) throws InterruptedException {
        End done = successor.asEnd(State.DONE, "");
        return Trial.isDue(course)
                ? new Undo(course).unlessProven(new Trial(course, successor.process(), launch, done))
                : done;
    }

    /** The old server serves, and closes connections, for as long as this takes: only its listeners are held yet. */
    private void warm(int pid, Launch next) throws GivenUp, InterruptedException {
        if (course.image().manifest().ready() instanceof Ready.Command) {
            throw new GivenUp("ready.command would ask the old server, which serves while the new one starts: with"
                    + " takeover.start: warm, use ready.http or ready.tcp");
        }
        course.enter(State.WARMING, "");
        course.holder().refreshListeners(ProcessTree.of(pid).pids());
        requireListeners(pid);
        Successor successor = new Successor(course, course.image(), next);
        successor.startBeside();
        waiting = successor;
    }

    private void requireListeners(int pid) throws GivenUp {
        if (held.listeners().isEmpty()) {
            throw new GivenUp("process " + pid + " listens on none of the manifest's ports " + manifest.ports()
                    + ": correct the manifest of the running image");
        }
    }

    private void hold(int pid) throws GivenUp {
        List<HeldListener> known = held.listeners();
        course.enter(State.HOLDING, "");
        course.reserve().take();
        course.holder().refresh(ProcessTree.of(pid).pids());
        requireListeners(pid);
        if (waiting != null && !held.listeners().equals(known)) {
            throw new GivenUp("process " + pid + " began to listen elsewhere while the new server started: try again");
        }
        course.note(held.connections());
        course.parkings().cover(held);
    }

    /** Whether the server has ended by itself. */
    private boolean await(Quiesce quiesce, BooleanSupplier recalled) throws GivenUp {
        Quiesce.Result result = quiesce.await(recalled);
        // Not by the switch: to link one takes milliseconds, the first time, and clients wait.
        if (result instanceof Quiesce.Result.Quiet quiet) {
            course.resets().cut(quiet.cut(), "takeover.onDeadline is reset");
            if (!quiet.staying().isEmpty()) {
                course.lingerers().stay(quiet.staying());
            }
            return false;
        }
        return switch (result) {
            case Quiesce.Result.Quiet _ -> throw new IllegalStateException("quiet, and then not");
            case Quiesce.Result.Recalled() -> {
                course.recall().check();
                throw new IllegalStateException("recalled, and then not");
            }
            case Quiesce.Result.Busy(List<Cut> owed) -> throw new GivenUp(busy(owed));
            case Quiesce.Result.Tied(List<Cut> sessions) ->
                throw new GivenUp("no other server can go on with " + some(sessions)
                        + "; wait for their end, or cut them with takeover.onDeadline: reset");
            case Quiesce.Result.Gone() -> {
                // That nothing moves is seen after so long.
                long died = System.nanoTime() - manifest.takeover().quiet().toNanos();
                course.resets()
                        .owed(held.connections(), Read.ALL, died, "the old server ended by itself and owed an answer");
                yield true;
            }
        };
    }

    private String busy(List<Cut> owed) {
        String late = "the server did not become quiet within "
                + manifest.takeover().deadline().toMillis() + " ms: ";
        if (owed.isEmpty()) {
            return late + "data moved all the time";
        }
        String hint = policy().equals(manifest.takeover())
                ? ""
                : "; it can linger where takeover.start of the new image is warm";
        return late + "it owed something on " + some(owed) + hint;
    }

    /** How many, and one of them. */
    private static String some(List<Cut> connections) {
        Cut example = connections.getFirst();
        return connections.size() + (connections.size() == 1 ? " connection: " : " connections, for example ")
                + SocketAddresses.text(example.connection().peer()) + ": " + example.reason();
    }
}
