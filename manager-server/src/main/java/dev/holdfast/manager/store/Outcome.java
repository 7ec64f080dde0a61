package dev.holdfast.manager.store;

/** What became of a connection. */
public enum Outcome {
    KEPT("kept"),
    RELEASED("released"),
    CLOSED_BY_CLIENT("closed by client"),
    RESET("reset");

    private final String column;

    Outcome(String column) {
        this.column = column;
    }

    public String column() {
        return column;
    }

    static Outcome of(String column) {
        return valueOf(column.toUpperCase(java.util.Locale.ROOT).replace(' ', '_'));
    }
}
