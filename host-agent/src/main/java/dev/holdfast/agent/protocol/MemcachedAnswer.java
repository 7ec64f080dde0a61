package dev.holdfast.agent.protocol;

import java.util.Set;

/**
 * What a line of an answer says of what follows.
 *
 * @param data how many bytes
 */
record MemcachedAnswer(Follows follows, long data) {
    static final MemcachedAnswer NONE = new MemcachedAnswer(Follows.UNTOLD, 0);
    private static final int DIGITS = 12;
    private static final Set<String> LINES = Set.of("STAT", "ITEM", "PREFIX");
    private static final Set<String> LAST = Set.of(
            "END",
            "STORED",
            "NOT_STORED",
            "EXISTS",
            "NOT_FOUND",
            "DELETED",
            "TOUCHED",
            "OK",
            "RESET",
            "VERSION",
            "ERROR",
            "CLIENT_ERROR",
            "SERVER_ERROR",
            "BUSY",
            "BADCLASS",
            "NOSPARE",
            "NOTFULL",
            "UNSAFE",
            "SAME",
            "HD",
            "EN",
            "NS",
            "EX",
            "NF",
            "ME",
            "MN");

    enum Follows {
        /** It was the last line. */
        NOTHING,
        LINES,
        /** Data and then more lines. */
        DATA,
        /** Data and then nothing. */
        LAST_DATA,
        /** It is not the line of an answer. */
        UNTOLD
    }

    static MemcachedAnswer of(TextLine line) {
        int end = line.indexOf(' ', 0);
        String word = line.text(0, Math.min(end, 16));
        if (LINES.contains(word)) {
            return new MemcachedAnswer(Follows.LINES, 0);
        }
        if (word.equals("VALUE")) {
            int flags = line.indexOf(' ', end + 1);
            return data(Follows.DATA, line, line.indexOf(' ', flags + 1) + 1);
        }
        if (word.equals("VA")) {
            return data(Follows.LAST_DATA, line, end + 1);
        }
        // That of incr and decr, which may have spaces behind it.
        boolean number =
                !word.isEmpty() && line.text(0, line.length()).strip().chars().allMatch(c -> c >= '0' && c <= '9');
        return number || LAST.contains(word) ? new MemcachedAnswer(Follows.NOTHING, 0) : NONE;
    }

    private static MemcachedAnswer data(Follows follows, TextLine line, int from) {
        int end = line.indexOf(' ', from);
        String digits = from > end ? "" : line.text(from, end);
        boolean number =
                !digits.isEmpty() && digits.length() <= DIGITS && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? new MemcachedAnswer(follows, Long.parseLong(digits)) : NONE;
    }
}
