package dev.holdfast.manager.store;

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

    static UpgradeState of(String column) {
        return valueOf(column.toUpperCase(java.util.Locale.ROOT));
    }
}
