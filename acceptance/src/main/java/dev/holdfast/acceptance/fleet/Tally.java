package dev.holdfast.acceptance.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** What all simulated agents are and did. */
final class Tally {
    private final Map<String, Deed> deeds = new ConcurrentHashMap<>();
    private final Map<String, Integer> losses = new TreeMap<>();
    private int connected;
    private int underway;
    private int mostUnderway;

    synchronized void registered() {
        connected(1);
    }

    private void connected(int more) {
        connected += more;
        notifyAll();
    }

    /** The stream of a registered agent has ended. */
    synchronized void lost(String why) {
        losses.merge(why, 1, Integer::sum);
        connected(-1);
    }

    /** Why registered agents' streams have ended until now, and how many for that reason. */
    synchronized Map<String, Integer> losses() {
        return new TreeMap<>(losses);
    }

    synchronized void began() {
        underway++;
        mostUnderway = Math.max(mostUnderway, underway);
    }

    synchronized void ended(Deed deed) {
        underway--;
        deeds.put(deed.cycleId(), deed);
        notifyAll();
    }

    /** How many cycles were underway at once at the most. */
    synchronized int mostUnderway() {
        return mostUnderway;
    }

    synchronized int connected() {
        return connected;
    }

    int cycles() {
        return deeds.size();
    }

    List<Deed> deeds() {
        return new ArrayList<>(deeds.values());
    }

    /** Whether that many were registered at once within that time. */
    boolean awaitConnected(int hosts, Duration within) throws InterruptedException {
        return await(() -> connected >= hosts, within);
    }

    /** Whether that many cycles have ended, of all there ever were, within that time. */
    boolean awaitCycles(int count, Duration within) throws InterruptedException {
        return await(() -> deeds.size() >= count, within);
    }

    private synchronized boolean await(BooleanSupplier condition, Duration within) throws InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        for (long left = within.toMillis();
                !condition.getAsBoolean() && left > 0;
                left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        return condition.getAsBoolean();
    }
}
