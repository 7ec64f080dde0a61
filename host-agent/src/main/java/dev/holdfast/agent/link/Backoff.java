package dev.holdfast.agent.link;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before dialling again: from 0.2 s doubling to 10 s, each a random half shorter at the most. */
public final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final RandomGenerator random;
    private Duration next = FIRST;

    public Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** A stream was registered. */
    public void reset() {
        next = FIRST;
    }

    /** Agents that lost the same manager at the same moment must not come back all at once. */
    public Duration next() {
        Duration full = next;
        Duration doubled = full.multipliedBy(2);
        next = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
        return Duration.ofNanos((long) (full.toNanos() * random.nextDouble(0.5, 1)));
    }
}
