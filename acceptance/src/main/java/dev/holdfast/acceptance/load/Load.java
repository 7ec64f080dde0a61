package dev.holdfast.acceptance.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Many clients, each on its own persistent connection to one server. Clients are told apart by their index from 0. */
public final class Load implements AutoCloseable {
    private static final long NUMBERS_PER_CLIENT = 10_000_000;

    private final Loop loop;
    private final int atOnce;
    /** Changed on the loop's thread only. */
    private final List<Client> clients = new ArrayList<>();

    private long nextNumber = 1;

    private Load(Loop loop, int atOnce) {
        this.loop = loop;
        this.atOnce = atOnce;
    }

    /**
     * Connects the clients. Those that cannot connect are in the report as lost.
     *
     * @param atOnce how many connects may be under way
     */
    public static Load open(InetSocketAddress server, Protocol protocol, int connections, int atOnce)
            throws InterruptedException {
        return open(server, protocol, connections, atOnce, false);
    }

    /**
     * Connects the clients, each with a first request that must be answered before another client takes its turn: so
     * even a server with a short backlog has accepted all of them in the end.
     */
    public static Load openAsking(InetSocketAddress server, Protocol protocol, int connections, int atOnce)
            throws InterruptedException {
        return open(server, protocol, connections, atOnce, true);
    }

    private static Load open(InetSocketAddress server, Protocol protocol, int connections, int atOnce, boolean asking)
            throws InterruptedException {
        return open(server, Collections.nCopies(connections, Habit.idle("client", protocol)), atOnce, asking);
    }

    /** Connects a client of each habit, as {@link #openAsking} does; then each goes on by its habit. */
    public static Load live(InetSocketAddress server, List<Habit> habits, int atOnce) throws InterruptedException {
        Load load = open(server, habits, atOnce, true);
        load.loop.await(() -> load.clients.forEach(Client::live));
        return load;
    }

    private static Load open(InetSocketAddress server, List<Habit> habits, int atOnce, boolean asking)
            throws InterruptedException {
        Load load = new Load(new Loop(server), atOnce);
        try {
            var _ = load.connect(habits, asking);
        } catch (InterruptedException e) {
            load.close();
            throw e;
        }
        return load;
    }

    private List<Client> connect(List<Habit> habits, boolean asking) throws InterruptedException {
        List<Client> more = new ArrayList<>();
        for (Habit habit : habits) {
            more.add(new Client(habit, nextNumber));
            nextNumber += NUMBERS_PER_CLIENT;
        }
        loop.await(() -> clients.addAll(more));
        try {
            new Connects(loop, more, asking).run(atOnce).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("connecting does not fail as a whole", e);
        }
        return more;
    }

    /**
     * Waits until nobody has waited for an answer for so long.
     *
     * @return false when somebody still has after that time
     */
    public boolean awaitNobodyWaits(Duration soLong, Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (loop.call(() -> clients.stream().anyMatch(client -> client.isOverdue(soLong.toNanos())))) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }

    /** Gives up connections on which an answer has been awaited for longer than this. */
    public void endOverdue(Duration patience) throws InterruptedException {
        loop.await(() -> clients.forEach(client -> client.endIfOverdue(patience.toNanos())));
    }

    /**
     * For each client that has lost its connection another of the same habit comes and begins.
     *
     * @return what those saw that are not counted from now on
     */
    public LoadReport replaceLost() throws InterruptedException {
        List<Client> lost = loop.call(() -> {
            List<Client> ended =
                    clients.stream().filter(client -> !client.kept()).toList();
            clients.removeAll(ended);
            return ended;
        });
        List<Client> more = connect(lost.stream().map(Client::habit).toList(), false);
        return loop.call(() -> {
            more.forEach(Client::live);
            return new LoadReport(lost.stream().map(Client::report).toList());
        });
    }

    /** The clients chosen begin to send requests, one after the other and all the time, together at most so many a second. */
    public void start(IntPredicate chosen, int requestsPerSecond) throws InterruptedException {
        loop.await(() -> {
            List<Client> some = select(chosen);
            long period = TimeUnit.SECONDS.toNanos(some.size()) / requestsPerSecond;
            for (int i = 0; i < some.size(); i++) {
                some.get(i).every(period * i / some.size(), period);
            }
        });
    }

    /** The clients chosen send one request each, now. */
    public void ask(IntPredicate chosen) {
        loop.run(() -> select(chosen).forEach(Client::ask));
    }

    /** From now on the longest wait of each client is kept. */
    public void openWindow() throws InterruptedException {
        loop.await(() -> clients.forEach(Client::openWindow));
    }

    /** What was seen until now. */
    public LoadReport report() throws InterruptedException {
        return loop.call(
                () -> new LoadReport(clients.stream().map(Client::report).toList()));
    }

    /**
     * Waits until no answer is awaited by clients that do not loop.
     *
     * @return false when answers are still missing after that time
     */
    public boolean awaitAnswers(Duration within) throws InterruptedException {
        CompletableFuture<?>[] quiet =
                loop.call(() -> clients.stream().map(Client::quiet).toArray(CompletableFuture<?>[]::new));
        try {
            CompletableFuture.allOf(quiet).get(within.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for answers does not fail", e);
        }
    }

    /**
     * Ends the load: what loops comes to rest, then each connection must answer one more request, then all are closed.
     * A connection that still owes an answer when the time is over is lost.
     */
    public LoadReport finish(Duration within) throws InterruptedException {
        loop.await(() -> clients.forEach(Client::rest));
        if (awaitAnswers(within)) {
            ask(client -> true);
            awaitAnswers(within);
        }
        return loop.call(() -> {
            clients.forEach(Client::close);
            return new LoadReport(clients.stream().map(Client::report).toList());
        });
    }

    /** Ends the connections and the thread. Without {@link #finish} before, requests in flight are simply dropped. */
    @Override
    public void close() {
        // A loop that ends leaves it to later when their descriptors are free again: too late for the next load.
        loop.run(() -> clients.forEach(Client::close));
        loop.close();
    }

    private List<Client> select(IntPredicate chosen) {
        return IntStream.range(0, clients.size())
                .filter(chosen)
                .mapToObj(clients::get)
                .toList();
    }
}
