package dev.holdfast.agent.takeover;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a tracer does while a server takes its connections, and what when it does not. */
final class DeliveryLoop {
    private static final Logger log = LoggerFactory.getLogger(DeliveryLoop.class);
    /** How long no accept may come while connections wait, before other ways are tried. */
    private static final Duration PATIENCE = Duration.ofMillis(100);
    /** What is to be done meanwhile is done when it has taken so long, and again. */
    private static final Duration LONG = Duration.ofMillis(200);

    private static final Duration RING_AGAIN_AFTER = Duration.ofMillis(500);
    /** How long before the delivery is given up. */
    private static final Duration GIVE_UP_AFTER = Duration.ofSeconds(10);

    private DeliveryLoop() {}

    /**
     * Until all are accepted, which {@code delivered} tells of.
     *
     * @param meanwhile run now and again when it takes long
     */
    static void run(Tracer tracer, Delivery delivery, List<HeldConnection> delivered, Runnable meanwhile) {
        int last = delivered.size();
        long acceptedAt = System.nanoTime();
        long relaxAt = acceptedAt + PATIENCE.toNanos();
        long learnAt = relaxAt + PATIENCE.toNanos();
        long meanwhileAt = acceptedAt + LONG.toNanos();
        while (!delivery.finished()) {
            tracer.step();
            delivery.roundIfDue();
            long now = System.nanoTime();
            if (now >= meanwhileAt) {
                meanwhile.run();
                meanwhileAt = now + LONG.toNanos();
            }
            if (delivered.size() != last || delivery.waits()) {
                last = delivered.size();
                acceptedAt = now;
                relaxAt = now + PATIENCE.toNanos();
                learnAt = relaxAt + PATIENCE.toNanos();
            }
            if (now >= learnAt && !delivery.knowsAccepts()) {
                log.debug("no accept for {} ms: looking at every system call", (now - acceptedAt) / 1_000_000);
                learnAt = now + PATIENCE.toNanos() * 4;
                delivery.learn();
            } else if (now >= relaxAt) {
                // A bell may have been heard by others than those who have somebody to accept.
                relaxAt =
                        delivery.knowsAccepts() ? now + RING_AGAIN_AFTER.toNanos() : learnAt + GIVE_UP_AFTER.toNanos();
                delivery.relax();
            }
            if (tracer.rootEnd() != null || now - acceptedAt > GIVE_UP_AFTER.toNanos()) {
                throw new TakeoverException("the new server took " + delivered.size() + " connections and then "
                        + (tracer.rootEnd() == null ? "accepted no more" : tracer.rootEnd()));
            }
        }
    }
}
