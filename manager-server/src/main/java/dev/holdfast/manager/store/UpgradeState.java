package dev.holdfast.manager.store;

import java.util.Arrays;

/** Of an upgrade, as the column has it in lower case; the final ones from best to worst. */
public enum UpgradeState {
    RUNNING,
    DONE,
    ABORTED,
    REVERTED,
    FAILED;

    public boolean isFinal() {
        return this != RUNNING;
    }

    public String column() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Whether that is a final one, as the column has it; events may also tell of what is no state. */
    static boolean isFinal(String column) {
        return Arrays.stream(values())
                .anyMatch(state -> state.isFinal() && state.column().equals(column));
    }

    static UpgradeState of(String column) {
        return valueOf(column.toUpperCase(java.util.Locale.ROOT));
    }
}
