package dev.holdfast.manager.store;

import org.jspecify.annotations.Nullable;

/**
 * Which processes to list; null does not restrict.
 *
 * @param all also the ones that are over
 */
public record ProcessFilter(
        @Nullable String tenant,
        @Nullable String imageName,
        @Nullable String host,
        boolean all) {}
