package dev.holdfast.agent.cycle;

import dev.holdfast.agent.process.Launch;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.takeover.HeldSockets;
import dev.holdfast.agent.takeover.Quiesce;
import dev.holdfast.common.manifest.Manifest;
import dev.holdfast.proto.agent.v1.CycleReport;
import java.util.Optional;
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
        Ending ending = new Ending(course);
        try {
            return ending.finish(forward());
        } catch (GivenUp e) {
            return ending.finish(new Undo(course).from(String.valueOf(e.getMessage())));
        } catch (Recall.RecalledException e) {
            return ending.finish(new Undo(course).from(String.valueOf(e.getMessage())));
        } catch (RuntimeException | Error e) {
            log.warn("cycle {} gives up while {}", course.id(), course.state().step(), e);
            return ending.finish(new Undo(course).from(Undo.words(e)));
        }
    }

    private End forward() throws GivenUp, InterruptedException {
        course.enter(State.PREPARING, "");
        int pid = course.old().pid();
        Launch next =
                course.recall().orElse(() -> course.context().servers().prepare(course.processId(), course.image()));
        Optional<String> tooFew = FdBudget.of(ProcessTree.of(pid).pids()).missing();
        if (tooFew.isPresent()) {
            throw new GivenUp(tooFew.get());
        }
        hold(pid);
        course.recall().check();
        Quiesce quiesce = new Quiesce(held, course.holder(), pid, manifest.takeover());
        quiesce.observe();
        course.enter(State.PAUSING, held.connections().size() + " connections");
        held.pauseAll();
        course.enter(State.QUIESCING, "");
        boolean gone = await(quiesce);
        // What came since is parked too; then those who keep it stay, and only then the old server is touched.
        course.note(held.connections());
        course.parkings().cover(held);
        course.record();
        course.parkings().go();
        course.recall().check();
        course.stopping(ProcessTree.of(course.old()).members());
        Stopping.stop(course, manifest.stop());
        course.recall().check();
        Successor successor = new Successor(course, course.image(), next);
        course.enter(State.STARTING, gone ? "the old server ended by itself" : "");
        successor.start();
        successor.deliver(() -> {
            course.note(successor.newcomers());
            course.parkings().cover(successor.newcomers());
            course.enter(State.DELIVERING, held.connections().size() + " connections");
            course.parkings().go();
        });
        return proven(successor, next);
    }

    private End proven(Successor successor, Launch launch) throws InterruptedException {
        End done = successor.asEnd(State.DONE, "");
        return Trial.isDue(course)
                ? new Undo(course).unlessProven(new Trial(course, successor.process(), launch, done))
                : done;
    }

    private void hold(int pid) throws GivenUp {
        course.enter(State.HOLDING, "");
        course.reserve().take();
        course.holder().refresh(ProcessTree.of(pid).pids());
        if (held.listeners().isEmpty()) {
            throw new GivenUp("process " + pid + " listens on none of the manifest's ports " + manifest.ports()
                    + ": correct the manifest of the running image");
        }
        course.note(held.connections());
        course.parkings().cover(held);
    }

    private boolean await(Quiesce quiesce) throws GivenUp {
        return switch (quiesce.await(course.recall()::isCalled)) {
            case Quiesce.Result.Quiet() -> false;
            case Quiesce.Result.Recalled() -> {
                course.recall().check();
                throw new IllegalStateException("recalled, and then not");
            }
            case Quiesce.Result.Busy(int connections, String example) ->
                throw new GivenUp("the server did not become quiet within "
                        + manifest.takeover().deadline().toMillis() + " ms: it owed answers on " + connections
                        + " connections, for example " + example);
            case Quiesce.Result.Gone() -> {
                course.resetOwed(held.connections(), Read.ALL, "the old server ended by itself and owed an answer");
                yield true;
            }
        };
    }
}
