package dev.holdfast.manager.wake;

import dev.holdfast.manager.store.Database;
import java.sql.SQLException;
import java.time.Duration;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This manager among those that share the database: it hears what the others wake it for, and says every second on the same
 * connection that it lives. So one that counts as alive also hears.
 */
public final class Presence implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Presence.class);
    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(250);
    /** As the queries have it that ask whether a manager lives. */
    private static final Duration DEAD = Duration.ofSeconds(5);

    private static final int BEATS_PER_CLEARING = 60;

    private final String jdbcUrl;
    private final Member member;
    private final Ears ears;
    private volatile boolean closed;
    private @Nullable Thread thread;
    /** Of {@link System#nanoTime}. */
    private long lastBeat;

    private long beats;
    private int others;
    private boolean cutOff;
    private String problem = "";

    public Presence(String jdbcUrl, Member member, Ears ears) {
        this.jdbcUrl = jdbcUrl;
        this.member = member;
        this.ears = ears;
    }

    /**
     * It counts as alive when this returns.
     *
     * @throws SQLException if the database cannot be reached
     */
    public void start() throws SQLException {
        Line line = Line.open(jdbcUrl);
        beat(line.database());
        thread = Thread.ofPlatform().name("presence").daemon().start(() -> run(line));
    }

    private void run(Line first) {
        attempt(() -> {
            try (first) {
                listen(first);
            }
        });
        while (!closed) {
            pause();
            attempt(this::again);
        }
    }

    private interface Attempt {
        void run() throws SQLException;
    }

    private void attempt(Attempt attempt) {
        try {
            attempt.run();
        } catch (SQLException | JdbiException | Database.UnreachableException e) {
            failed(e);
        } catch (RuntimeException e) {
            log.error("what was heard could not be done", e);
        }
    }

    private void again() throws SQLException {
        try (Line line = Line.open(jdbcUrl)) {
            beat(line.database());
            log.info("the database's notifications are heard again");
            problem = "";
            cutOff = false;
            ears.wokenToAll();
            listen(line);
        }
    }

    private void listen(Line line) throws SQLException {
        while (!closed) {
            line.hear(BEAT.minusNanos(System.nanoTime() - lastBeat)).forEach(ears::woken);
            if (System.nanoTime() - lastBeat >= BEAT.toNanos()) {
                beat(line.database());
            }
        }
    }

    private void beat(Database database) {
        // Before it is written: this side never thinks longer than the others that it lives.
        long now = System.nanoTime();
        boolean clears = beats++ % BEATS_PER_CLEARING == 0;
        others = database.ask(tx -> {
            if (clears) {
                tx.managers().clear();
            }
            return tx.managers().beat(member.id(), member.admin(), member.agents());
        });
        lastBeat = now;
    }

    /** The same problem again is not worth another line. */
    private void failed(Exception e) {
        if (!closed && !problem.equals(e.toString())) {
            problem = e.toString();
            log.warn("the database's notifications are not heard now: {}", problem);
        }
        if (!closed && !cutOff && others > 0 && System.nanoTime() - lastBeat >= DEAD.toNanos()) {
            cutOff = true;
            log.warn("this manager counts as dead: it is cut off from the database, and others may not be");
            ears.cutOff();
        }
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            // It is being closed.
        }
    }

    /** Nothing is heard any more, and after five seconds it counts as dead. */
    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running == null) {
            return;
        }
        running.interrupt();
        try {
            running.join(BEAT.multipliedBy(3));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
