package dev.holdfast.acceptance.load;

/**
 * An answer that is not the right one.
 *
 * @param detail in words, for people
 */
public record Wrong(Kind kind, String detail) {
    /** What is wrong with it. */
    public enum Kind {
        /** It came before. */
        DOUBLED,
        /** It belongs to another request, whose turn has not come or is over. */
        REORDERED,
        /** It belongs to no request of this client, or says so of itself. */
        OTHER
    }

    @Override
    public String toString() {
        return detail;
    }
}
