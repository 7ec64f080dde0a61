package dev.holdfast.manager.store;

/** Of a server process, as the column has it in lower case. */
public enum ProcessState {
    /** Decided; the agent has not taken it up yet. */
    REQUESTED,
    STARTING,
    RUNNING,
    /** To be stopped; the agent has not reported it yet. */
    STOPPING,
    STOPPED,
    EXITED,
    FAILED;

    public boolean isFinal() {
        return switch (this) {
            case REQUESTED, STARTING, RUNNING, STOPPING -> false;
            case STOPPED, EXITED, FAILED -> true;
        };
    }

    /** Whether it is on its way to RUNNING. */
    public boolean isBeforeRunning() {
        return this == REQUESTED || this == STARTING;
    }

    public String column() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    static ProcessState of(String column) {
        return valueOf(column.toUpperCase(java.util.Locale.ROOT));
    }
}
