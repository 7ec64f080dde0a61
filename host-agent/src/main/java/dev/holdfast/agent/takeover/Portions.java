package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.FdPassing;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.Sockets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The portions in which connections are put among the descriptors of the processes that accept them. */
final class Portions {
    private final Tracer tracer;
    private final Supply supply;
    private final Sockets sockets;

    Portions(Tracer tracer, Supply supply, Sockets sockets) {
        this.tracer = tracer;
        this.supply = supply;
        this.sockets = sockets;
    }

    /** The next connection for that listener, put into the thread's process; null when there is none for it. */
    Allotment.@Nullable Given next(Tracee tracee, HeldListener listener) {
        Space space = tracee.space;
        // With the last one that it has come the next ones, at the same stop; a child would have what waits, too.
        boolean more = supply.waiting(space, listener) < (space.forks ? 1 : 2) && receive(tracee, listener);
        Allotment.Given given = supply.take(space, listener);
        if (more) {
            letTake(tracee, listener);
        }
        return given;
    }

    /** Puts the next connections for that listener into the thread's process; false when there are none. */
    private boolean receive(Tracee tracee, HeldListener listener) {
        Space space = tracee.space;
        if (space.forks) {
            // A process for each connection: all are accepted by one.
            supply.divideBy(1);
        }
        List<HeldConnection> batch = supply.batch(space, listener, space.forks ? 1 : batchSize(space));
        if (batch.isEmpty()) {
            return false;
        }
        List<OwnedFd> fds = new ArrayList<>();
        for (HeldConnection connection : batch) {
            fds.add(connection.fd());
        }
        int[] numbers;
        try {
            numbers = space.receive(tracee, tracee.registers, fds, Accept.closeOnExec(tracee.registers));
        } catch (RuntimeException e) {
            // It died over it: another process may take them.
            supply.giveBack(listener, batch);
            throw e;
        }
        supply.received(space, listener, batch, numbers);
        return true;
    }

    /**
     * Fewer as they run out where several processes accept what they can get, so that none are left over with one of them. Of
     * two, as a master and its worker, the one that has had all so far is the only one.
     */
    private int batchSize(Space space) {
        int processes = tracer.spaces().size();
        return processes == 1 || supply.isDivided() || (processes == 2 && supply.isAlone(space))
                ? FdPassing.MAX_FDS
                : Math.clamp(supply.remaining() / (2 * processes), 1, FdPassing.MAX_FDS);
    }

    /** The thread's process may have what it was given without a stop for each. */
    private void letTake(Tracee tracee, HeldListener listener) {
        if (tracee.space.forks) {
            return;
        }
        Registers registers = tracee.registers;
        tracee.space.ownQueue(tracee, registers);
        int flags = Accept.flags(registers);
        tracee.space.allotment.letTake(listener, (int) registers.rdi(), flags, connection -> {
            connection.setNonBlocking((flags & Sockets.SOCK_NONBLOCK) != 0);
            connection.resume(sockets);
        });
    }
}
