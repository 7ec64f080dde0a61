package dev.holdfast.manager;

import java.nio.file.Path;

/** Where files go when nothing else is said. */
final class Directories {
    private Directories() {}

    /** $HOLDFAST_DATA, or ~/.holdfast. */
    static Path data() {
        String named = System.getenv("HOLDFAST_DATA");
        return named == null || named.isEmpty() ? home().resolve(".holdfast") : Path.of(named);
    }

    /** Where what can be made again is kept (XDG Base Directory Specification). */
    static Path cache() {
        String named = System.getenv("XDG_CACHE_HOME");
        Path caches = named == null || !Path.of(named).isAbsolute() ? home().resolve(".cache") : Path.of(named);
        return caches.resolve("holdfast");
    }

    private static Path home() {
        return Path.of(System.getProperty("user.home"));
    }
}
