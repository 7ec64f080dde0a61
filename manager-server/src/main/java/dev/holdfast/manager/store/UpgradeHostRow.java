package dev.holdfast.manager.store;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A host of an upgrade's plan.
 *
 * @param state as the column has it
 * @param stateTime since when
 * @param beginTime when its turn came; null before
 * @param returnTime when its turn to go back came; null before
 * @param undoReason why its cycles are undone; null when they are not
 * @param ending how it came to rest, as the column has it; null when it has not
 * @param holdsSince since when its queries hold; null while one does not, or none was asked
 * @param isConnected whether a manager that lives has its agent's stream
 * @param lastSeenTime when one had
 * @param isRunning whether all its server processes run
 * @param work of its cycles forth, or of those back once its turn to go back came
 */
public record UpgradeHostRow(
        UUID hostId,
        String host,
        int wave,
        String state,
        Instant stateTime,
        @Nullable Instant beginTime,
        @Nullable Instant returnTime,
        @Nullable String undoReason,
        @Nullable String ending,
        String reason,
        @Nullable Instant holdsSince,
        String gateDetail,
        boolean isConnected,
        Instant lastSeenTime,
        boolean isRunning,
        Work work) {
    /**
     * What became of its cycles.
     *
     * @param open how many have not ended
     * @param done how many of those forth were done
     * @param failure the state in which the first that was not done ended; null when there is none
     * @param failureReason null when there is none
     * @param resets connections
     */
    public record Work(
            int open,
            int done,
            @Nullable String failure,
            @Nullable String failureReason,
            int resets) {}
}
