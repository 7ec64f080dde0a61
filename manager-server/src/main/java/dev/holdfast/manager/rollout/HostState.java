package dev.holdfast.manager.rollout;

/** Where a host is in an upgrade. */
public enum HostState {
    /** Its turn has not come. */
    WAITING,
    /** Its cycles are underway. */
    UPGRADING,
    /** Its cycles are done; whether it is healthy is not known yet. */
    CHECKING,
    /** It is upgraded and healthy. */
    UPGRADED,
    /** It was left out. */
    SKIPPED,
    /** A cycle did not end well, or it is not healthy. */
    FAILED,
    /** What was done on it is being taken back. */
    RETURNING,
    /** It runs what it ran before. */
    RETURNED;

    /** Whether it has nothing to do now; some of these may still become RETURNING, or FAILED. */
    public boolean isAtRest() {
        return switch (this) {
            case UPGRADED, SKIPPED, FAILED, RETURNED -> true;
            case WAITING, UPGRADING, CHECKING, RETURNING -> false;
        };
    }

    /** Whether it counts for maxParallel. */
    public boolean isUnderway() {
        return switch (this) {
            case UPGRADING, CHECKING, RETURNING -> true;
            case WAITING, UPGRADED, SKIPPED, FAILED, RETURNED -> false;
        };
    }
}
