package dev.holdfast.agent.takeover;

import dev.holdfast.agent.process.ProcessTree;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks, of connections that sleep, what only a server that stands tells, before anybody has to wait for all of it at once: the
 * server is frozen for a few milliseconds, again and again, and serves in between. What nothing has passed on since need not
 * be asked again.
 */
final class Glances {
    /** Fewer are asked in less time than it takes to freeze the server for it. */
    private static final int WORTH_IT = 1_000;

    private static final Duration EACH = Duration.ofMillis(5);
    /** For all of them, usually. */
    static final Duration ALTOGETHER = Duration.ofSeconds(1);
    /** So many times as long as it stood the server serves before it is frozen again. */
    private static final int REST = 3;

    private Glances() {}

    /**
     * At all of these, of a server that does not block in their reads and writes: a stop cuts a long write short, of which
     * not every program thinks.
     *
     * @param pid of the server, which serves
     * @param altogether what is left then is asked when all wait
     */
    static void at(
            Collection<HeldConnection> connections, int pid, Judge judge, Duration freezeWithin, Duration altogether) {
        Deque<HeldConnection> left = new ArrayDeque<>(
                connections.stream().filter(judge::tellsMoreFrozen).toList());
        if (left.size() < WORTH_IT) {
            return;
        }
        long end = System.nanoTime() + altogether.toNanos();
        while (!left.isEmpty() && judge.kernelTells() && System.nanoTime() < end) {
            judge.catchUp();
            long began = System.nanoTime();
            ProcessTree tree = ProcessTree.freeze(pid, freezeWithin);
            try {
                long until = System.nanoTime() + EACH.toNanos();
                while (!left.isEmpty() && System.nanoTime() < until) {
                    look(left.remove(), judge);
                }
            } finally {
                tree.thaw();
            }
            LockSupport.parkNanos(REST * (System.nanoTime() - began));
        }
    }

    private static void look(HeldConnection connection, Judge judge) {
        if (judge.tellsMoreFrozen(connection)) {
            var _ = judge.look(connection, true);
        }
    }
}
