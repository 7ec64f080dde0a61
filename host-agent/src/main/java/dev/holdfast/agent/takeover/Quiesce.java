package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.TcpRepair;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.common.manifest.Takeover;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a paused server owes nothing, and freezes it there. Since it is given nothing new, the time until it is quiet
 * is that of its longest request. Everything is looked at again after the freeze, so that what happened in between counts.
 */
public final class Quiesce {
    private static final Duration PASS = Duration.ofMillis(5);
    private static final Duration FREEZE_WITHIN = Duration.ofSeconds(2);

    private final HeldSockets held;
    private final Holder holder;
    private final int pid;
    private final Takeover policy;
    private final Map<Long, Standing> standings = new HashMap<>();
    /** Whether we may ask for what TCP_INFO does not tell. */
    private boolean kernelTells = true;

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

        /** The server ended by itself: the connections live on with the agent. */
        record Gone() implements Result {}
    }

    /** One look at some connections: which of them are owed something, for sure or not, and one for the operator. */
    private record Look(List<HeldConnection> owed, boolean sure, String example, boolean moved) {}

    /** Looks at a server that is not paused yet, so that what is seen afterwards can be compared. */
    public void observe() {
        held.connections().forEach(connection -> standing(connection, false));
    }

    /** Pauses all, the longest idle first: for most of the time that it takes, nobody waits. */
    public void pause() {
        List<HeldConnection> all = new ArrayList<>(held.connections());
        all.sort(Comparator.comparingLong(this::idleMillis).reversed());
        held.pauseAll(all);
    }

    private long idleMillis(HeldConnection connection) {
        Standing standing = standings.get(connection.inode());
        return standing == null ? 0 : standing.last().idleMillis();
    }

    public Result await() {
        long deadline = System.nanoTime() + policy.deadline().toNanos();
        Look look = look(held.connections(), false);
        long tryAt = System.nanoTime() + policy.quiet().toNanos();
        while (true) {
            LockSupport.parkNanos(PASS.toNanos());
            // What owes nothing is given nothing: only at the end it is looked at again.
            look = look(look.owed, false);
            long now = System.nanoTime();
            if (look.moved) {
                tryAt = now + policy.quiet().toNanos();
            } else if (now >= tryAt) {
                tryAt = now + policy.quiet().toNanos();
                if (ProcessTree.of(pid).pids().isEmpty()) {
                    held.feedAll();
                    return new Result.Gone();
                }
                if (look.sure) {
                    look = freeReaders();
                } else if (look.owed.isEmpty() || kernelTells || longStill(look.owed)) {
                    ProcessTree tree = ProcessTree.freeze(pid, FREEZE_WITHIN);
                    holder.refresh(tree.pids());
                    look = look(held.connections(), true);
                    boolean nothingOwed = look.owed.isEmpty() || (!kernelTells && !look.sure && longStill(look.owed));
                    if (nothingOwed && !look.moved) {
                        held.feedAll();
                        return new Result.Quiet();
                    }
                    tree.thaw();
                }
            }
            if (now > deadline) {
                String why = look.owed.isEmpty() ? "data moved all the time" : look.example;
                return new Result.Busy(look.owed.size(), why);
            }
        }
    }

    /** Where the kernel does not tell us, a server that was silent for long has answered, as far as we can know. */
    private boolean longStill(List<HeldConnection> connections) {
        return connections.stream()
                .map(connection -> standings.get(connection.inode()))
                .allMatch(standing -> standing != null && standing.isLongStill());
    }

    /** Perhaps the thread that owes an answer waits in a read of something else. */
    private Look freeReaders() {
        if (held.connections().stream().anyMatch(HeldConnection::mayBeStuck)) {
            ProcessTree.freeze(pid, FREEZE_WITHIN).thaw();
        }
        return look(held.connections(), false);
    }

    /**
     * Looks, and pauses what is to be paused.
     *
     * @param frozen whether the server stands: only then TCP_REPAIR may be used, in which its reads would fail
     */
    private Look look(Collection<HeldConnection> connections, boolean frozen) {
        List<HeldConnection> owed = new ArrayList<>();
        String example = "";
        boolean moved = false;
        boolean sure = false;
        for (HeldConnection connection : connections) {
            Standing before = standings.get(connection.inode());
            Standing now = standing(connection, frozen);
            if (readThoughPaused(connection, now, before) && now.last().unread() > 0) {
                now = now.begun();
                standings.put(connection.inode(), now);
            }
            moved |= before == null ? now.last().consumed() > 0 : now.last().movedSince(before.last());
            if (now.owes()) {
                owed.add(connection);
                sure |= now.isSure();
                example = connection.peer() + ": " + now.last();
            }
            pauseOrResume(connection, now, before == null ? now : before);
        }
        return new Look(owed, sure, example, moved);
    }

    private Standing standing(HeldConnection connection, boolean frozen) {
        Debt seen = held.debt(connection);
        Debt debt = frozen && seen.unclear() && connection.lastSegmentIsWhole(seen.segments())
                ? seen.with(sinceLastSegment(connection))
                : seen;
        return standings.compute(
                connection.inode(), (inode, before) -> before == null ? Standing.first(debt) : before.next(debt));
    }

    private OptionalInt sinceLastSegment(HeldConnection connection) {
        OptionalInt bytes = TcpRepair.bytesSinceLastSegment(held.sockets(), connection.fd());
        kernelTells &= bytes.isPresent();
        return bytes;
    }

    private static boolean readThoughPaused(HeldConnection connection, Standing now, @Nullable Standing before) {
        return before != null
                && connection.isPaused()
                && now.last().consumed() > before.last().consumed();
    }

    private void pauseOrResume(HeldConnection connection, Standing now, Standing before) {
        Sockets sockets = held.sockets();
        Debt debt = now.last();
        boolean restWaits = debt.unread() > 0 || (connection.isUnfed() && debt.pushedSince(before.last()));
        if (readThoughPaused(connection, now, before)) {
            connection.starve(sockets);
        } else if (now.owes() && restWaits) {
            // A request of which the server has read the beginning must go on to its end.
            connection.resume(sockets);
        } else if (!now.owes()) {
            connection.pause(sockets);
        }
    }
}
