package dev.holdfast.manager.api;

import dev.holdfast.common.manifest.Manifest;
import dev.holdfast.manager.fleet.ImageName;
import org.jspecify.annotations.Nullable;

/**
 * A checked header of a publication.
 *
 * @param digest null when there is no bundle
 */
record Header(
        ImageName image,
        String yaml,
        Manifest manifest,
        @Nullable String digest,
        long sizeBytes) {
    boolean isExecInBundle() {
        return !manifest.exec().getFirst().startsWith("/");
    }
}
