package dev.holdfast.agent.cycle;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Pipe;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Spawn;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.takeover.TakeoverException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * A process that does nothing but have held sockets open, so that they outlive the agent. Until it has the go-ahead it ends
 * with the agent: nobody would know of it yet.
 */
final class Parking {
    /** Tells people, and tests, what the process is for. */
    static final String CYCLE = "HOLDFAST_CYCLE";

    private static final String UNTIL_TOLD = "read -r go && exec /bin/sleep infinity";
    private static final int SIGKILL = 9;
    private static final Duration EXIT_WITHIN = Duration.ofSeconds(5);

    private final ProcessIdentity identity;
    private final Pipe pipe;

    private Parking(ProcessIdentity identity, Pipe pipe) {
        this.identity = identity;
        this.pipe = pipe;
    }

    static Parking of(String cycleId, Collection<OwnedFd> sockets) {
        Pipe pipe = Pipe.open();
        try {
            int pid = Spawn.spawn(
                    List.of("/bin/sh", "-c", UNTIL_TOLD),
                    List.of("PATH=/usr/bin:/bin", CYCLE + "=" + cycleId),
                    "/",
                    pipe.readEnd(),
                    "/dev/null",
                    "/dev/null",
                    List.copyOf(sockets));
            // So that it is seen when there is nobody who reads.
            pipe.readEnd().close();
            return new Parking(ProcessIdentity.of(pid), pipe);
        } catch (RuntimeException e) {
            pipe.close();
            throw e;
        }
    }

    ProcessIdentity identity() {
        return identity;
    }

    /** From now on it stays, whatever becomes of the agent; once. */
    void go() {
        if (pipe.writeEnd().isClosed()) {
            return;
        }
        try {
            pipe.writeLine();
        } finally {
            pipe.close();
        }
        if (!identity.alive()) {
            throw new TakeoverException("process " + identity.pid() + ", which was to keep the sockets, was killed");
        }
    }

    void end(Exits exits) {
        pipe.close();
        end(identity, exits);
    }

    /** The sockets are in good hands again; does nothing for one that is gone. */
    static void end(ProcessIdentity parking, Exits exits) {
        try (OwnedFd pidfd = Processes.pidfdOpen(parking.pid())) {
            if (parking.alive()) {
                Processes.kill(parking.pid(), SIGKILL);
                Processes.awaitExit(pidfd, EXIT_WITHIN);
            }
            exits.of(parking);
        } catch (SyscallException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }
}
