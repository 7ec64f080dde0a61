package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Ptrace;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** The end of a traced server, with all that it makes meanwhile. */
final class Killing {
    private static final int SIGKILL = 9;

    private final Family family;
    private final Runnable step;
    private final Set<Integer> killed = new HashSet<>();

    /**
     * Not begun.
     *
     * @param step waits for a moment, and deals with what happens to the server
     */
    Killing(Family family, Runnable step) {
        this.family = family;
        this.step = step;
    }

    /**
     * Kills every process and waits until all are gone.
     *
     * @throws TakeoverException when one does not end within the time
     */
    void all(Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        while (!family.spaces().isEmpty() || !family.unborn().isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new TakeoverException("a process of the server did not end within " + within.toMillis()
                        + " ms of SIGKILL: it may wait for a disk or a dead network mount");
            }
            family.spaces().forEach(space -> kill(space.pid));
            family.unborn().forEach(this::kill);
            step.run();
        }
    }

    private void kill(int pid) {
        if (killed.add(pid)) {
            Processes.kill(pid, SIGKILL);
        }
    }

    /** What is done at stops on the way out: nothing. */
    record LettingGo() implements Tracer.Stops {
        @Override
        public void call(Tracee tracee, Ptrace.Call call) {
            // It is on its way out.
        }

        @Override
        public boolean trap(Tracee tracee) {
            return false;
        }
    }
}
