package dev.holdfast.acceptance.load;

/**
 * An answer that is not the right one.
 *
 * @param detail in words, for people
 */
public record Wrong(Kind kind, String detail) {
    /** What is wrong with it. */
    public enum Kind {
        /** It belongs to a request that was answered before. */
        DOUBLED,
        /** It belongs to a request whose turn has not come. */
        REORDERED,
        /** It belongs to no request of this client, or says so of itself. */
        OTHER
    }

    @Override
    public String toString() {
        return detail;
    }
}
