package dev.holdfast.manager.store;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One pass over one server process.
 *
 * @param startTime when it was its turn; null before
 * @param back whether it takes the process back to what it ran before the upgrade
 * @param undoReason why it is to be undone; null when it is not
 * @param unreported whether it was given up with its host: a report may still come
 */
public record CycleRow(
        UUID id,
        UUID upgradeId,
        UUID processId,
        UUID hostId,
        String host,
        String fromVersion,
        long toImageId,
        String toVersion,
        CycleState state,
        String reason,
        @Nullable Instant startTime,
        @Nullable Instant endTime,
        boolean back,
        @Nullable String undoReason,
        boolean unreported) {
    public boolean isUnderway() {
        return !state.isFinal() && startTime != null;
    }
}
