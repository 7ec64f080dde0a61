package dev.holdfast.manager.rollout;

import dev.holdfast.manager.refusal.RefusedException;
import java.time.Duration;
import java.util.Optional;

/** Reads single values of a rollout. */
final class Values {
    /** Times far away are mistakes, and would not fit into an Instant. */
    private static final Duration LONGEST = Duration.ofDays(366);

    private static final int NANOS = 1_000_000_000;

    private Values() {}

    /** Zero only where that is the default. */
    static Extent extent(String field, String text, Extent byDefault) {
        if (text.isEmpty()) {
            return byDefault;
        }
        Extent extent = Extent.parse(text)
                .orElseThrow(() -> RefusedException.invalid(
                        field, "'" + text + "' is no extent; write a count, as 3, or a part from 1% to 100%, as 10%"));
        if (extent.isNone() && !byDefault.isNone()) {
            throw nothing(field, text);
        }
        return extent;
    }

    static RefusedException nothing(String field, String text) {
        return RefusedException.invalid(field, text + " would be no host at all; write 1 or more, or leave it out");
    }

    static Duration duration(String field, com.google.protobuf.Duration value) {
        if (value.getNanos() <= -NANOS || value.getNanos() >= NANOS) {
            throw RefusedException.invalid(field, "its nanoseconds are more than a second; count them as seconds");
        }
        if (value.getSeconds() < 0 || value.getNanos() < 0) {
            throw RefusedException.invalid(field, "it is negative; write 0s or more, or leave it out");
        }
        if (value.getSeconds() > LONGEST.toSeconds()) {
            throw RefusedException.invalid(
                    field, value.getSeconds() + " s are more than a year; write at most " + LONGEST.toHours() + "h");
        }
        return Duration.ofSeconds(value.getSeconds(), value.getNanos());
    }

    /** One that cannot be zero; empty when it is absent. */
    static Optional<Duration> time(String field, boolean isPresent, com.google.protobuf.Duration value) {
        Duration duration = duration(field, value);
        if (isPresent && duration.isZero()) {
            throw RefusedException.invalid(field, "nothing is over within 0s; write more, or leave it out");
        }
        return isPresent ? Optional.of(duration) : Optional.empty();
    }

    /** An unsigned one; nobody counts as far as where it would be cut. */
    static int count(int unsigned) {
        return unsigned < 0 ? Integer.MAX_VALUE : unsigned;
    }
}
