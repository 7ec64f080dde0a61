package dev.holdfast.acceptance.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Clients that connect, ask once and disconnect, all the time. */
public final class Newcomers implements AutoCloseable {
    private static final long FIRST_NUMBER = 1L << 50;

    /** So many a second that each has its answer before another comes for it. */
    private static final int MOST_OF_ONE = 20;

    private final Loop loop;
    private final Habit habit;
    private final Duration pause;
    private final List<Client> present = new ArrayList<>();
    private final List<ClientReport> gone = new ArrayList<>();
    private long nextNumber = FIRST_NUMBER;
    private boolean closed;
    private boolean away;

    private Newcomers(InetSocketAddress server, Protocol protocol, Duration pause) {
        this.loop = new Loop(server);
        this.habit = Habit.idle("newcomer", protocol);
        this.pause = pause;
    }

    /**
     * Begins at once.
     *
     * @param atOnce how many there are at a time
     * @param pause how long one is away before another comes for it
     */
    public static Newcomers start(InetSocketAddress server, Protocol protocol, int atOnce, Duration pause) {
        Newcomers newcomers = new Newcomers(server, protocol, pause);
        for (int i = 0; i < atOnce; i++) {
            newcomers.loop.runAfter(pause.multipliedBy(i).dividedBy(atOnce), newcomers::come);
        }
        return newcomers;
    }

    /** Begins at once: so many a second, or hardly fewer. */
    public static Newcomers everySecond(InetSocketAddress server, Protocol protocol, int many) {
        int atOnce = Math.ceilDiv(many, MOST_OF_ONE);
        return start(server, protocol, atOnce, Duration.ofSeconds(atOnce).dividedBy(Math.max(1, many)));
    }

    private void come() {
        if (closed) {
            return;
        }
        if (away) {
            loop.runAfter(pause, this::come);
            return;
        }
        Client client = new Client(habit, nextNumber++);
        present.add(client);
        var _ = loop.connect(client).addListener(connected -> {
            client.ask();
            var _ = client.quiet().thenRun(() -> leave(client));
        });
    }

    private void leave(Client client) {
        if (!present.remove(client)) {
            return;
        }
        client.close();
        gone.add(client.report());
        loop.runAfter(pause, this::come);
    }

    /** Whether none come for now. */
    public void stayAway(boolean wanted) throws InterruptedException {
        loop.await(() -> away = wanted);
    }

    /** Those who have come and gone until now, or since they were last forgotten. */
    public LoadReport report() throws InterruptedException {
        return loop.call(() -> new LoadReport(gone));
    }

    /** The report, and those who are in it are forgotten. */
    public LoadReport reportAndForget() throws InterruptedException {
        return loop.call(this::forget);
    }

    private LoadReport forget() {
        LoadReport report = new LoadReport(gone);
        gone.clear();
        return report;
    }

    /**
     * No more come; those that are there get their answers.
     *
     * @return a report in which everyone who was not served is lost
     */
    public LoadReport finish(Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        loop.await(() -> closed = true);
        while (System.nanoTime() < deadline && !loop.call(present::isEmpty)) {
            Thread.sleep(5);
        }
        return loop.call(() -> {
            List.copyOf(present).forEach(this::giveUp);
            return forget();
        });
    }

    private void giveUp(Client client) {
        present.remove(client);
        client.fail(Fault.Kind.HANGING, "it was not served in time");
        gone.add(client.report());
    }

    @Override
    public void close() {
        loop.close();
    }
}
