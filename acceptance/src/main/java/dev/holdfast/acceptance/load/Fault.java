package dev.holdfast.acceptance.load;

/**
 * What ended a connection that should have lived: it is lost to its client.
 *
 * @param detail in words, for people
 */
public record Fault(Kind kind, String detail) {
    /** How it ended. */
    public enum Kind {
        REFUSED,
        CLOSED,
        RESET,
        /** Bytes that are no answer, or that nobody asked for. */
        UNEXPECTED_BYTES,
        /** A request was never answered. */
        HANGING
    }

    @Override
    public String toString() {
        return kind + " (" + detail + ")";
    }
}
