package dev.holdfast.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void doublesWithinItsBoundsAndBeginsAgain() {
        Backoff backoff = new Backoff(new Random(1));

        for (long full = 200; full < 10_000; full *= 2) {
            assertThat(backoff.next()).isBetween(Duration.ofMillis(full / 2), Duration.ofMillis(full));
        }
        for (int i = 0; i < 20; i++) {
            assertThat(backoff.next()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
        }
        backoff.reset();
        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(200));
    }
}
