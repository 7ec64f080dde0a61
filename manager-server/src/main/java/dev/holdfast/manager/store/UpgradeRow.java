package dev.holdfast.manager.store;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An upgrade of a tenant's image to a version.
 *
 * @param abortTime when its abort was asked for; null if it was not
 * @param abortReason null without an abort time
 */
public record UpgradeRow(
        UUID id,
        String tenant,
        String imageName,
        String imageVersion,
        UpgradeState state,
        Instant createTime,
        @Nullable Instant endTime,
        @Nullable Instant abortTime,
        @Nullable String abortReason) {}
