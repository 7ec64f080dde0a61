package dev.holdfast.agent.takeover;

import dev.holdfast.agent.process.ProcessTree;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives everything back to a server that goes on as if nothing had been. */
public final class Release {
    private static final Logger log = LoggerFactory.getLogger(Release.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(2);
    private static final Duration FREEZE_WITHIN = Duration.ofSeconds(2);
    private static final Duration BACKLOG_WITHIN = Duration.ofSeconds(10);

    private Release() {}

    /** Also what an agent that was killed may have left behind in it. */
    public static void of(HeldSockets held, Holder holder, int pid) {
        try {
            held.releaseAll();
        } finally {
            if (held.readersWait()) {
                // Where data cannot be kept out, a thread may wait in a read for as much as the pause asked.
                // A stop brings it back.
                ProcessTree.freeze(pid, FREEZE_WITHIN);
            }
            ProcessTree.of(pid).thaw();
        }
        // Clients that came meanwhile have the pause from their listener, and are out of reach until accepted.
        long deadline = System.nanoTime() + BACKLOG_WITHIN.toNanos();
        boolean waiting = true;
        while (waiting) {
            waiting = held.backlog() > 0;
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            List<Integer> pids = ProcessTree.of(pid).pids();
            holder.refresh(pids).forEach(newcomer -> newcomer.clear(held.sockets()));
            if (pids.isEmpty()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                log.warn("server {} does not accept the {} clients in its backlog", pid, held.backlog());
                return;
            }
        }
    }
}
