package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.store.CycleState;
import dev.holdfast.manager.store.UpgradeState;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** How an upgrade ends. */
final class Verdict {
    private Verdict() {}

    /** The worst of its cycles, done if there is none; empty while one is not over. */
    static Optional<UpgradeState> of(Collection<CycleState> cycles) {
        UpgradeState worst =
                cycles.stream().map(Verdict::of).max(Comparator.naturalOrder()).orElse(UpgradeState.DONE);
        return cycles.stream().allMatch(CycleState::isFinal) ? Optional.of(worst) : Optional.empty();
    }

    private static UpgradeState of(CycleState cycle) {
        return switch (cycle) {
            case DONE -> UpgradeState.DONE;
            case ABORTED -> UpgradeState.ABORTED;
            case REVERTED -> UpgradeState.REVERTED;
            case FAILED -> UpgradeState.FAILED;
            case QUEUED,
                    PREPARING,
                    WARMING,
                    HOLDING,
                    PAUSING,
                    QUIESCING,
                    STOPPING,
                    STARTING,
                    DELIVERING,
                    RESUMING,
                    PROVING,
                    LINGERING,
                    REVERTING -> UpgradeState.RUNNING;
        };
    }
}
