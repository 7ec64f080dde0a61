package dev.holdfast.manager.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A published image.
 *
 * @param manifest YAML, as published
 * @param bundleDigest "sha256:hex"; null for an image without a bundle
 */
public record ImageRow(
        long id,
        long tenantId,
        String tenant,
        String name,
        String version,
        String manifest,
        @Nullable String bundleDigest,
        long bundleSizeBytes,
        Instant createTime) {}
