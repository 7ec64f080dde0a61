package dev.holdfast.agent.cycle;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Spawn;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.linux.Wait;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.takeover.HeldSockets;
import java.time.Duration;
import java.util.List;

/** A process that does nothing but have the held sockets open, so that they outlive the agent. */
final class Parking {
    private static final int SIGKILL = 9;
    private static final Duration EXIT_WITHIN = Duration.ofSeconds(5);

    private Parking() {}

    static ProcessIdentity of(HeldSockets held) {
        int pid = Spawn.spawn(
                List.of("/bin/sleep", "infinity"),
                List.of("PATH=/usr/bin:/bin"),
                "/",
                "/dev/null",
                "/dev/null",
                held.descriptors());
        return ProcessIdentity.of(pid);
    }

    /** The sockets are in good hands again; does nothing for one that is gone. */
    static void end(ProcessIdentity parking) {
        if (!parking.alive()) {
            return;
        }
        try (OwnedFd pidfd = Processes.pidfdOpen(parking.pid())) {
            Processes.kill(parking.pid(), SIGKILL);
            Processes.awaitExit(pidfd, EXIT_WITHIN);
        }
        reap(parking);
    }

    /** It is our child, or that of an earlier agent. */
    private static void reap(ProcessIdentity parking) {
        try {
            Wait.waitpid(parking.pid(), Wait.WNOHANG);
        } catch (SyscallException e) {
            if (e.errno() != Errno.ECHILD) {
                throw e;
            }
        }
    }
}
