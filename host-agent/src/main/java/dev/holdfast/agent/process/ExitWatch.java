package dev.holdfast.agent.process;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.SyscallException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a process to end, on a thread of its own: poll(2) would keep a virtual thread's carrier. */
final class ExitWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ExitWatch.class);
    private static final Duration FOREVER = Duration.ofDays(20);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private ExitWatch() {}

    /** Calls back on that thread once the process has ended, or at once when it has already. */
    static void start(ProcessIdentity process, Runnable ended) {
        Thread.ofPlatform().daemon().name("exit-of-" + process.pid()).start(() -> {
            await(process);
            tell(process, ended);
        });
    }

    /** Until it is known: the disk that the state goes to may be full just now. */
    private static void tell(ProcessIdentity process, Runnable ended) {
        while (true) {
            try {
                ended.run();
                return;
            } catch (RuntimeException e) {
                LOG.error("the end of process {} cannot be told just now: {}", process.pid(), e.getMessage(), e);
                LockSupport.parkNanos(TRY_AGAIN.toNanos());
            }
        }
    }

    private static void await(ProcessIdentity process) {
        while (true) {
            try (OwnedFd pidfd = Processes.pidfdOpen(process.pid())) {
                // Whose the pid is is certain only while the descriptor is held.
                if (!process.alive()) {
                    return;
                }
                Processes.awaitExit(pidfd, FOREVER);
            } catch (SyscallException e) {
                if (e.errno() == Errno.ESRCH) {
                    return;
                }
                // Out of descriptors, as in the midst of an upgrade of a server with very many connections.
                LOG.debug("process {} cannot be watched just now: {}", process.pid(), e.getMessage());
                LockSupport.parkNanos(TRY_AGAIN.toNanos());
            }
        }
    }
}
