package dev.holdfast.manager.upgrade;

import java.time.Duration;

/**
 * Wakes those who watch upgrades when there may be new events. What happened is read from the rows. That another manager has
 * written some is heard through the database.
 */
public final class Bell {
    private long rings;

    public synchronized void ring() {
        rings++;
        notifyAll();
    }

    /** To be read before the rows are. */
    synchronized long rings() {
        return rings;
    }

    /** Returns when it has rung since, or after the time. */
    synchronized void await(long since, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        for (long left = atMost.toMillis(); rings == since && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
    }
}
