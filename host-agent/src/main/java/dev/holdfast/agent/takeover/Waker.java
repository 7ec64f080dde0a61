package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Pipe;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Spawn;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.linux.Wait;
import java.time.Duration;
import java.util.List;

/**
 * Wakes a tracer out of waitpid(2), which knows no timeout and no other event: a process of ours that it traces as well,
 * and that any thread may send a signal to.
 */
final class Waker implements AutoCloseable {
    private static final int SIGUSR1 = 10;
    private static final int SIGKILL = 9;

    /** From which the process reads in vain: it ends with the agent, also before it is traced. */
    private final Pipe pipe = Pipe.open();

    private final int pid;
    private final OwnedFd pidfd;

    /** Called by the tracer's thread. */
    Waker() {
        pid = Spawn.spawn(
                List.of("/bin/cat"),
                List.of("PATH=/usr/bin:/bin"),
                "/",
                pipe.readEnd(),
                "/dev/null",
                "/dev/null",
                List.of());
        pidfd = Processes.pidfdOpen(pid);
        try {
            Ptrace.seize(pid);
        } catch (SyscallException e) {
            close();
            throw e;
        }
    }

    int pid() {
        return pid;
    }

    /** From any thread: the tracer's waitpid returns. */
    synchronized void wake() {
        if (!pidfd.isClosed()) {
            Processes.kill(pidfd, SIGUSR1);
        }
    }

    /** By the tracer: lets the process go on without the signal. */
    void answer(Wait.Status status) {
        if (!status.stopped()) {
            throw new TakeoverException("the tracer's waker " + status.describe());
        }
        Ptrace.resume(pid, 0);
    }

    @Override
    public synchronized void close() {
        Processes.kill(pidfd, SIGKILL);
        Processes.awaitExit(pidfd, Duration.ofSeconds(5));
        Wait.waitpid(pid, Wait.WALL | Wait.WNOHANG);
        pidfd.close();
        pipe.close();
    }
}
