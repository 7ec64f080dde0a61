package dev.holdfast.agent.process;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.linux.Wait;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How processes ended. A status can be collected once and only by the parent: this is where all the agent's
 * children are reaped, each by its own pid, and where the status can be asked for again.
 */
public final class Exits {
    /** How {@link #of} says that a process did well. */
    static final String SUCCESS = "exited with status 0";

    private static final int REMEMBERED = 256;
    private static final String UNKNOWN = "ended";

    private final Map<ProcessIdentity, String> known = new LinkedHashMap<>();

    /** How it ended, as "exited with status 1", reaping it; empty while it runs. */
    public synchronized Optional<String> of(ProcessIdentity process) {
        String before = known.get(process);
        if (before != null) {
            return Optional.of(before);
        }
        if (process.alive()) {
            return Optional.empty();
        }
        Optional<String> reaped = reap(process);
        reaped.ifPresent(ended -> record(process, ended));
        return reaped.or(() -> Optional.of(UNKNOWN));
    }

    /** For a status that was collected elsewhere, by a tracer. */
    public synchronized void record(ProcessIdentity process, String ended) {
        known.put(process, ended);
        if (known.size() > REMEMBERED) {
            known.remove(known.keySet().iterator().next());
        }
    }

    /** Empty for a zombie that its tracer has yet to let go: it is to be reaped another time. */
    private static Optional<String> reap(ProcessIdentity process) {
        boolean zombie = ProcStat.of(process.pid())
                .filter(stat -> stat.startTicks() == process.startTicks())
                .isPresent();
        if (!zombie) {
            return Optional.of(UNKNOWN);
        }
        try {
            return Wait.waitpid(process.pid(), Wait.WNOHANG).map(Wait.Status::describe);
        } catch (SyscallException e) {
            if (e.errno() == Errno.ECHILD) {
                // A child of an earlier agent.
                return Optional.of(UNKNOWN);
            }
            throw e;
        }
    }
}
