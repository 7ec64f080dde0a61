package dev.holdfast.manager.store;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in an upgrade.
 *
 * @param cycleId null for the upgrade itself, and for a host as a whole
 * @param host null for the upgrade itself
 */
public record EventRow(
        long id,
        Instant time,
        @Nullable UUID cycleId,
        @Nullable String host,
        String state,
        String detail) {
    /** Whether it is the last of its upgrade. */
    public boolean isEnd() {
        return host == null && UpgradeState.isFinal(state);
    }
}
