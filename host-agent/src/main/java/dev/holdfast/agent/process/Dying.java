package dev.holdfast.agent.process;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Processes;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Processes that were sent SIGKILL: they run nothing of their own any more, and the kernel takes its time to close what they
 * had open.
 *
 * @param all of them, those among them that had ended before
 * @param watched the others, each with its pidfd
 */
public record Dying(List<ProcessIdentity> all, Map<ProcessIdentity, OwnedFd> watched) implements AutoCloseable {

    /**
     * Waits until they are gone, and reaps those that are the agent's own children.
     *
     * @throws ProcessException when one has not ended after that time
     */
    public void await(Exits exits, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        watched.forEach((member, pidfd) -> awaitExit(member, pidfd, deadline));
        all.forEach(exits::of);
    }

    private static void awaitExit(ProcessIdentity member, OwnedFd pidfd, long deadline) {
        Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        if (!Processes.awaitExit(pidfd, left)) {
            throw new ProcessException("Process " + member.pid() + " has not ended after SIGKILL: it may wait for a"
                    + " disk or a dead network mount");
        }
    }

    @Override
    public void close() {
        watched.values().forEach(OwnedFd::close);
    }
}
