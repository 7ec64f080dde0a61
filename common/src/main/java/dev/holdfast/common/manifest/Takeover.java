package dev.holdfast.common.manifest;

import java.time.Duration;

/**
 * How connections are taken over.
 *
 * @param quiet how long nothing may move before the server counts as owing nothing
 * @param deadline how long to wait for that
 */
public record Takeover(Duration quiet, Duration deadline, OnDeadline onDeadline) {
    public static final Takeover DEFAULT = new Takeover(Duration.ofMillis(50), Duration.ofSeconds(5), OnDeadline.ABORT);

    /** What happens when the server is still not quiet at the deadline. */
    public enum OnDeadline {
        /** Everything is undone; the old process goes on. */
        ABORT
    }
}
