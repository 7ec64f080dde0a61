package dev.holdfast.manager.store;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An upgrade of a tenant's image to a version.
 *
 * @param rollout what was asked for: holdfast.admin.v1.Rollout as JSON
 * @param abortTime when its abort was asked for; null if it was not
 * @param pauseTime null when it is not paused
 * @param stop null while more begins
 * @param waitsFor for people; may be empty
 */
public record UpgradeRow(
        UUID id,
        String tenant,
        String imageName,
        String imageVersion,
        UpgradeState state,
        Instant createTime,
        @Nullable Instant endTime,
        String rollout,
        @Nullable Instant abortTime,
        @Nullable Instant pauseTime,
        @Nullable StopRow stop,
        String waitsFor) {
    /**
     * Nothing more begins.
     *
     * @param undoesUnderway whether what is underway is undone, too
     * @param back whether what was upgraded goes back
     */
    public record StopRow(Instant time, String reason, boolean undoesUnderway, boolean back) {}
}
