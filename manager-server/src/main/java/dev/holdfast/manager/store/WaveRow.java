package dev.holdfast.manager.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A wave of an upgrade.
 *
 * @param askTime when its approval was asked for; null when it was not
 * @param approveTime when it was given; null when it was not
 * @param holdsSince since when its queries hold; null while one does not, or none was asked
 */
public record WaveRow(
        int number,
        @Nullable Instant beginTime,
        @Nullable Instant endTime,
        @Nullable Instant askTime,
        @Nullable Instant approveTime,
        @Nullable Instant holdsSince,
        String gateDetail) {}
