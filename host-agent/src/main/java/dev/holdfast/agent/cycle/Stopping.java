package dev.holdfast.agent.cycle;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.process.Dying;
import dev.holdfast.agent.process.ProcessException;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.takeover.Severance;
import dev.holdfast.common.manifest.Stop;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the old, frozen server as its manifest says. */
final class Stopping {
    private static final Logger log = LoggerFactory.getLogger(Stopping.class);
    private static final Duration KILL_WITHIN = Duration.ofSeconds(10);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private Stopping() {}

    /** When it fails, the server is of no use any more: it may have lost a part of its sockets. */
    static void stop(Course course, Stop stop) {
        ProcessIdentity old = course.old();
        if (stop.signal() != Stop.Signal.KILL && old.alive()) {
            ProcessTree tree = ProcessTree.of(old);
            try (OwnedFd pidfd = Processes.pidfdOpen(old.pid())) {
                // What it does on its way out must not reach the clients: it has their sockets no more.
                Severance.sever(tree.pids(), course.held());
                Processes.kill(old.pid(), stop.signal().number());
                tree.thaw();
                Processes.awaitExit(pidfd, stop.within());
            } catch (SyscallException e) {
                if (old.alive()) {
                    throw e;
                }
            }
        }
        ProcessTree.of(old).and(course.members()).killAll(course.context().exits(), KILL_WITHIN);
    }

    /**
     * As {@link #stop} where SIGKILL is all that is asked for, but does not wait: a frozen server reads and writes nothing any
     * more once it has been sent that.
     *
     * @param cpu on which it is not to end, if there is another
     */
    static Dying kill(Course course, byte[] cpu) {
        ProcessTree old = new ProcessTree(course.old().pid(), course.members());
        old.keepOff(cpu);
        return old.kill();
    }

    /** Until all of it is gone. */
    static void await(Dying dying, CycleContext context) {
        dying.await(context.exits(), KILL_WITHIN);
    }

    /** Waits without limit, since nothing else would be right: whoever reads on would take what is another's. */
    static void kill(CycleContext context, ProcessIdentity root, List<ProcessIdentity> members)
            throws InterruptedException {
        while (true) {
            try {
                ProcessTree.of(root).and(members).killAll(context.exits(), KILL_WITHIN);
                return;
            } catch (ProcessException | SyscallException e) {
                log.error("waiting for the end of server {}: {}", root.pid(), e.getMessage());
                Thread.sleep(TRY_AGAIN);
            }
        }
    }
}
