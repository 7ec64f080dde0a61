package dev.holdfast.manager.store;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An upgrade of a tenant's image to a version. */
public record UpgradeRow(
        UUID id,
        String tenant,
        String imageName,
        String imageVersion,
        UpgradeState state,
        Instant createTime,
        @Nullable Instant endTime) {}
