package dev.holdfast.manager.store;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in an upgrade.
 *
 * @param cycleId null for the upgrade itself
 * @param host of the cycle; null for the upgrade itself
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
        return cycleId == null && UpgradeState.of(state).isFinal();
    }
}
