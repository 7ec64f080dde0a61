package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.store.Database;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves on the upgrades whose rows say that they are due, whoever made them so. */
public final class RolloutLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RolloutLoop.class);
    /** What another manager, or the time, has made due is found within this. */
    private static final Duration LOOK = Duration.ofMillis(500);
    /** What comes together is looked at together, and however much comes, three quarters of the time are left to others. */
    private static final Duration SETTLE = Duration.ofMillis(20);

    private final Database database;
    private final Rollouts rollouts;
    private final Semaphore poked = new Semaphore(0);
    private final Thread thread = Thread.ofVirtual().name("rollouts").unstarted(this::run);

    public RolloutLoop(Database database, Rollouts rollouts) {
        this.database = database;
        this.rollouts = rollouts;
    }

    public void start() {
        thread.start();
    }

    /** Something has become due. Call it after the transaction that made it so. */
    public void poke() {
        poked.release();
    }

    private void run() {
        try {
            while (true) {
                boolean _ = poked.tryAcquire(LOOK.toNanos(), TimeUnit.NANOSECONDS);
                long began = System.nanoTime();
                poked.drainPermits();
                advanceDue();
                Thread.sleep(Duration.ofNanos(Math.max(SETTLE.toNanos(), 3 * (System.nanoTime() - began))));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void advanceDue() {
        try {
            for (UUID id : database.ask(tx -> tx.upgrades().due())) {
                advance(id);
            }
        } catch (RuntimeException e) {
            log.warn("what is due waits for the next look: {}", e.toString());
        }
    }

    /** One upgrade that cannot be moved on does not hold up the others. */
    private void advance(UUID id) {
        try {
            rollouts.advance(id);
        } catch (Database.UnreachableException e) {
            throw e;
        } catch (RuntimeException e) {
            log.error("upgrade {} is not moved on now", id, e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
