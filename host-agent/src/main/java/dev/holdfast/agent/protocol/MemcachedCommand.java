package dev.holdfast.agent.protocol;

import java.util.Set;

/**
 * What a command's line says.
 *
 * @param name its first word
 * @param data bytes that follow the line, {@link #NONE}, or {@link #UNTOLD}
 * @param kind how it is answered, as {@link MemcachedRequests} has it
 */
record MemcachedCommand(String name, long data, int kind) {
    static final long NONE = -1;
    static final long UNTOLD = -2;

    private static final int DIGITS = 12;
    private static final Set<String> STORE = Set.of("set", "add", "replace", "append", "prepend", "cas");
    private static final Set<String> META = Set.of("mg", "md", "ma", "me");
    private static final Set<String> OTHERS = Set.of(
            "get",
            "gets",
            "gat",
            "gats",
            "delete",
            "incr",
            "decr",
            "touch",
            "stats",
            "version",
            "verbosity",
            "flush_all",
            "quit",
            "shutdown",
            "slabs",
            "lru",
            "lru_crawler",
            "cache_memlimit",
            "extstore",
            "watch");

    static MemcachedCommand of(TextLine line) {
        int end = line.indexOf(' ', 0);
        String name = line.text(0, Math.min(end, 32));
        if (STORE.contains(name)) {
            return new MemcachedCommand(name, length(word(line, 4)), reply(line));
        }
        if (name.equals("ms")) {
            return new MemcachedCommand(name, length(word(line, 2)), quiet(line, 3));
        }
        if (META.contains(name)) {
            return new MemcachedCommand(name, NONE, quiet(line, 2));
        }
        if (name.equals("mn")) {
            return new MemcachedCommand(name, NONE, MemcachedRequests.NOTHING);
        }
        boolean ends = name.equals("quit") || name.equals("shutdown");
        return new MemcachedCommand(name, NONE, ends ? MemcachedRequests.NO_REPLY : reply(line));
    }

    boolean isKnown() {
        return STORE.contains(name)
                || META.contains(name)
                || OTHERS.contains(name)
                || name.equals("ms")
                || name.equals("mn");
    }

    boolean isWatch() {
        return name.equals("watch");
    }

    private static int reply(TextLine line) {
        String end = " noreply";
        boolean none = line.length() >= end.length()
                && line.text(line.length() - end.length(), line.length()).equals(end);
        return none ? MemcachedRequests.NO_REPLY : MemcachedRequests.PLAIN;
    }

    /** Whether one of the flags, which begin with this word, is that for a quiet answer. */
    private static int quiet(TextLine line, int from) {
        for (int word = from; ; word++) {
            String flag = word(line, word);
            if (flag.isEmpty()) {
                return MemcachedRequests.PLAIN;
            }
            if (flag.equals("q")) {
                return MemcachedRequests.QUIET;
            }
        }
    }

    private static String word(TextLine line, int word) {
        int at = 0;
        for (int i = 0; i <= word; i++) {
            while (at < line.length() && line.byteAt(at) == ' ') {
                at++;
            }
            int end = line.indexOf(' ', at);
            if (i == word) {
                return line.text(at, end);
            }
            at = end;
        }
        return "";
    }

    private static long length(String digits) {
        boolean number =
                !digits.isEmpty() && digits.length() <= DIGITS && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Long.parseLong(digits) : UNTOLD;
    }
}
