package dev.holdfast.manager.store;

/** Of a cycle, in order, as the column has it in lower case. */
public enum CycleState {
    QUEUED,
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

    public boolean isFinal() {
        return compareTo(DONE) >= 0;
    }

    /** Whether clients wait in this state. */
    public boolean isPaused() {
        return switch (this) {
            case QUEUED, PREPARING, WARMING, HOLDING, PROVING, LINGERING, DONE, ABORTED, REVERTED, FAILED -> false;
            case PAUSING, QUIESCING, STOPPING, STARTING, DELIVERING, RESUMING, REVERTING -> true;
        };
    }

    public String column() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    static CycleState of(String column) {
        return valueOf(column.toUpperCase(java.util.Locale.ROOT));
    }
}
