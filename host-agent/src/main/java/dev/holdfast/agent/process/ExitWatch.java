package dev.holdfast.agent.process;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.SyscallException;
import java.time.Duration;

/** Waits for a process to end, on a thread of its own: poll(2) would keep a virtual thread's carrier. */
final class ExitWatch {
    private static final Duration FOREVER = Duration.ofDays(20);

    private ExitWatch() {}

    /** Calls back on that thread once the process has ended, or at once when it has already. */
    static void start(ProcessIdentity process, Runnable ended) {
        Thread.ofPlatform().daemon().name("exit-of-" + process.pid()).start(() -> {
            await(process);
            ended.run();
        });
    }

    private static void await(ProcessIdentity process) {
        try (OwnedFd pidfd = Processes.pidfdOpen(process.pid())) {
            boolean over = !process.alive();
            while (!over) {
                over = Processes.awaitExit(pidfd, FOREVER);
            }
        } catch (SyscallException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }
}
