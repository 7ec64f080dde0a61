package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.SockDiag;
import dev.holdfast.agent.linux.TcpProgress;
import dev.holdfast.agent.linux.TcpRepair;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.ToLongFunction;

/**
 * What a server that is left alone has read and written, looked at from outside now and again. Should it die with a client's
 * data waiting, that tells the next request from the rest of one that was begun.
 */
public final class Ledger {
    private final Collection<Integer> ports;
    private Map<Long, Standing> standings = new HashMap<>();

    public Ledger(Collection<Integer> ports) {
        this.ports = ports;
    }

    /**
     * Before the server is left alone with what is held.
     *
     * @param read how much of each had been read when nothing was owed
     */
    public void begin(HeldSockets held, ToLongFunction<HeldConnection> read) {
        for (HeldConnection connection : held.connections()) {
            Debt debt = held.debt(connection);
            boolean untouched = debt.consumed() <= read.applyAsLong(connection);
            standings.put(connection.inode(), untouched ? new Standing(debt, false) : Standing.first(debt));
        }
    }

    public void look() {
        Map<Long, Standing> now = new HashMap<>();
        for (TcpProgress each : SockDiag.progress(ports)) {
            Debt debt = Debt.of(each.info(), each.unread(), () -> each.info().notSent() == 0);
            now.put(each.inode(), next(each.inode(), debt));
        }
        standings = now;
    }

    private Standing next(long inode, Debt debt) {
        Standing before = standings.get(inode);
        return before == null ? Standing.first(debt) : before.next(debt);
    }

    /** Of what is held again, the connections on which the server, which is dead, owed an answer. */
    public List<HeldConnection> owed(HeldSockets held) {
        return held.connections().stream()
                .filter(connection ->
                        next(connection.inode(), lastLook(held, connection)).owes())
                .toList();
    }

    private static Debt lastLook(HeldSockets held, HeldConnection connection) {
        Debt debt = held.debt(connection);
        return debt.with(
                debt.unclear()
                        ? TcpRepair.bytesSinceLastSegment(held.sockets(), connection.fd(), debt.isLongStill())
                        : OptionalInt.empty());
    }
}
