package dev.holdfast.agent.takeover;

/**
 * A connection that cannot go on: the server that had it is dead, and has left, or may have left, something owed on it.
 *
 * @param certain whether it is more than that nobody can tell
 */
public record Loss(HeldConnection connection, boolean certain) {
    private static final String IN_DOUBT = "; nobody can tell whether it had its whole answer";

    /** The same, where more should have been known than is. */
    Loss inDoubt() {
        return new Loss(connection, false);
    }

    /** For its report. */
    public String reason(String why) {
        return certain ? why : why + IN_DOUBT;
    }
}
