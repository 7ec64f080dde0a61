package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Sockets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the kernel says of the connections and the descriptors of a server that stands. All its clients wait for it: the
 * descriptors are listed on another CPU, which then takes its part in the connections. When it is closed, whatever went
 * wrong, nobody uses any more what is held.
 */
final class Inquiry implements AutoCloseable {
    /** So many are asked of before it is looked how many the other has left. */
    private static final int SHARE = 64;

    private final Judge judge;
    private final List<HeldConnection> all;
    private final List<Sleeper> sleepers;
    private final Queue<HeldConnection> woken = new ConcurrentLinkedQueue<>();
    private final AtomicInteger nextSleeper = new AtomicInteger();
    private final AtomicInteger next = new AtomicInteger();
    private final CompletableFuture<Map<Integer, SocketTable>> tables;
    private final CompletableFuture<Map<Long, Debt>> part;

    /**
     * Begins.
     *
     * @param other who takes a part
     * @param connections of which everything is asked
     * @param sleepers of which it is asked whether they sleep still
     */
    Inquiry(
            Assistant other,
            Judge judge,
            Holder holder,
            List<Integer> pids,
            Collection<HeldConnection> connections,
            List<Sleeper> sleepers) {
        this.judge = judge;
        this.sleepers = sleepers;
        all = List.copyOf(connections);
        tables = other.begin(() -> holder.tables(pids));
        part = other.begin(this::ask);
    }

    private Map<Long, Debt> ask() {
        Map<Long, Debt> answers = new HashMap<>();
        try (Sockets sockets = new Sockets()) {
            int from = next.getAndAdd(SHARE);
            while (from < all.size()) {
                judge.ask(all.subList(from, Math.min(from + SHARE, all.size())), sockets, answers);
                from = next.getAndAdd(SHARE);
            }
            from = nextSleeper.getAndAdd(SHARE);
            while (from < sleepers.size()) {
                for (Sleeper sleeper : sleepers.subList(from, Math.min(from + SHARE, sleepers.size()))) {
                    if (!judge.isStill(sleeper, sockets)) {
                        woken.add(sleeper.connection());
                    }
                }
                from = nextSleeper.getAndAdd(SHARE);
            }
        }
        return answers;
    }

    /** After {@link #answers}: those of the sleepers that sleep no more. */
    Collection<HeldConnection> woken() {
        return woken;
    }

    /** By inode, as {@link Judge#ask(Collection, Sockets, Map)}; until then nobody may look. */
    Map<Long, Debt> answers() {
        Map<Long, Debt> answers = ask();
        answers.putAll(Assistant.of(part));
        return answers;
    }

    /** The descriptors of each process. */
    Map<Integer, SocketTable> tables() {
        return Assistant.of(tables);
    }

    @Override
    public void close() {
        CompletableFuture.allOf(tables, part).handle((_, _) -> true).join();
    }
}
