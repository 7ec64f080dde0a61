package dev.holdfast.manager.fleet;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Times as agents tell them. What cannot be, by the ranges that the messages document, is as if it were not there. */
public final class AgentTimes {
    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    private static final long NANOS = 1_000_000_000;

    private AgentTimes() {}

    public static Optional<Instant> instant(Timestamp time) {
        return isBetween(time.getSeconds(), 1, LAST_SECOND) && isBetween(time.getNanos(), 0, NANOS - 1)
                ? Optional.of(Instant.ofEpochSecond(time.getSeconds(), time.getNanos()))
                : Optional.empty();
    }

    /** Zero when there is none. */
    public static Duration duration(com.google.protobuf.Duration duration) {
        return isBetween(duration.getSeconds(), 0, NANOS) && isBetween(duration.getNanos(), 0, NANOS - 1)
                ? Duration.ofSeconds(duration.getSeconds(), duration.getNanos())
                : Duration.ZERO;
    }

    private static boolean isBetween(long value, long least, long most) {
        return least <= value && value <= most;
    }
}
