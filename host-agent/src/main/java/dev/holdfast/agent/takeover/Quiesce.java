package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.TcpRepair;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.common.manifest.Takeover;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits until a paused server owes nothing, and freezes it there. Everything is looked at again after the freeze, so
 * that what happened in between counts.
 */
public final class Quiesce {
    private static final Duration PASS = Duration.ofMillis(5);
    private static final Duration FREEZE_WITHIN = Duration.ofSeconds(2);

    private final HeldSockets held;
    private final Holder holder;
    private final int pid;
    private final Takeover policy;
    private final Map<Long, Debt> last = new HashMap<>();

    public Quiesce(HeldSockets held, Holder holder, int pid, Takeover policy) {
        this.held = held;
        this.holder = holder;
        this.pid = pid;
        this.policy = policy;
    }

    /** How it ended; when quiet, the server is frozen, otherwise it runs. */
    public sealed interface Result {
        record Quiet() implements Result {}

        record Busy(int connections, String example) implements Result {}
    }

    /** One look at all connections. */
    private record Pass(int owed, String example, boolean moved) {}

    public Result await() {
        long deadline = System.nanoTime() + policy.deadline().toNanos();
        long movedAt = System.nanoTime();
        while (true) {
            holder.refresh(ProcessTree.of(pid).pids());
            Pass pass = look();
            long now = System.nanoTime();
            if (pass.moved) {
                movedAt = now;
            }
            if (pass.owed == 0 && now - movedAt >= policy.quiet().toNanos()) {
                ProcessTree tree = ProcessTree.freeze(pid, FREEZE_WITHIN);
                holder.refresh(tree.pids());
                Pass frozen = look();
                if (frozen.owed == 0 && !frozen.moved) {
                    return new Result.Quiet();
                }
                tree.thaw();
                movedAt = System.nanoTime();
            } else if (now > deadline) {
                return new Result.Busy(pass.owed, pass.owed == 0 ? "something moved all the time" : pass.example);
            }
            LockSupport.parkNanos(PASS.toNanos());
        }
    }

    private Pass look() {
        Sockets sockets = held.sockets();
        int owed = 0;
        String example = "";
        boolean moved = false;
        for (HeldConnection connection : held.connections()) {
            Debt debt = Debt.of(sockets.tcpInfo(connection.fd()), sockets.unread(connection.fd()));
            Debt before = last.put(connection.inode(), debt);
            moved |= before != null ? debt.movedSince(before) : debt.consumed() > 0;
            OptionalInt order =
                    debt.unclear() ? TcpRepair.bytesSinceLastSegment(sockets, connection.fd()) : OptionalInt.empty();
            if (debt.owed(order)) {
                owed++;
                example = connection.peer() + ": " + debt;
            }
            // A request of which the server has read the beginning must go on to its end.
            if (debt.owed(order) && debt.unread() > 0) {
                connection.resume(sockets);
            } else {
                connection.pause(sockets);
            }
        }
        return new Pass(owed, example, moved);
    }
}
