package dev.holdfast.agent.cycle;

import dev.holdfast.proto.agent.v1.CycleState;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The states of a cycle; docs/architecture.md has the picture and the invariants. */
enum State {
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
    REVERTING,
    DONE,
    ABORTED,
    REVERTED,
    FAILED;

    /** What may come next. */
    Set<State> next() {
        return switch (this) {
            case PREPARING -> EnumSet.of(WARMING, HOLDING, ABORTED);
            case WARMING -> EnumSet.of(HOLDING, ABORTED);
            case HOLDING -> EnumSet.of(PAUSING, ABORTED);
            case PAUSING -> EnumSet.of(QUIESCING, ABORTED);
            case QUIESCING -> EnumSet.of(STOPPING, ABORTED);
            case STOPPING -> EnumSet.of(STARTING, DELIVERING, REVERTING);
            case STARTING -> EnumSet.of(DELIVERING, REVERTING);
            case DELIVERING -> EnumSet.of(RESUMING, REVERTING);
            case RESUMING -> EnumSet.of(PROVING, LINGERING, DONE, REVERTING);
            case PROVING -> EnumSet.of(LINGERING, DONE, REVERTING);
            case LINGERING -> EnumSet.of(DONE, REVERTING);
            case REVERTING -> EnumSet.of(REVERTED, FAILED);
            case DONE, ABORTED, REVERTED, FAILED -> EnumSet.noneOf(State.class);
        };
    }

    boolean isFinal() {
        return next().isEmpty();
    }

    /** Whether the old process may be gone, so that undoing means starting it again. */
    boolean oldMayBeGone() {
        return switch (this) {
            case PREPARING, WARMING, HOLDING, PAUSING, QUIESCING, DONE, ABORTED -> false;
            case STOPPING, STARTING, DELIVERING, RESUMING, PROVING, LINGERING, REVERTING, REVERTED, FAILED -> true;
        };
    }

    CycleState wire() {
        return CycleState.valueOf("CYCLE_STATE_" + name());
    }

    /** As steps are called in reports: "holding". */
    String step() {
        return name().toLowerCase(Locale.ROOT);
    }
}
