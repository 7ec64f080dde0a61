package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.SockDiag;
import dev.holdfast.agent.linux.TcpProgress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * What a server that is left alone has read and written, looked at from outside now and again. Should it die with a client's
 * data waiting, that tells the next request from the rest of one that was begun.
 */
public final class Ledger {
    private final Collection<Integer> ports;
    private Map<Long, Standing> standings = new HashMap<>();
    private long looked = System.nanoTime();

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
        looked = System.nanoTime();
    }

    private Debt silent(long inode, Debt debt) {
        Standing before = standings.get(inode);
        return before == null ? debt : debt.after(before.last(), (System.nanoTime() - looked) / 1_000_000);
    }

    private Standing next(long inode, Debt debt) {
        Standing before = standings.get(inode);
        return before == null ? Standing.first(debt) : before.next(debt);
    }

    /**
     * Whether the server, which is dead, owed an answer on what is held again; that it did not is believed only where it was
     * silent.
     *
     * @param died when it read and wrote last, by {@link System#nanoTime}
     */
    public Optional<Loss> loss(HeldSockets held, HeldConnection connection, long died) {
        Debt debt = silent(connection.inode(), held.lastLook(connection));
        return HeldSockets.loss(connection, debt, next(connection.inode(), debt).owes(), died);
    }
}
