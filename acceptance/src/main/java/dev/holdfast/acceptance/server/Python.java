package dev.holdfast.acceptance.server;

import dev.holdfast.acceptance.process.Installed;
import java.util.List;
import java.util.Optional;

/** The installed Python. */
final class Python {
    private Python() {}

    /** Its executable, without the shims that version managers put before it. */
    static Optional<String> executable() {
        String print = "import sys; print(sys.executable if sys.version_info >= (3, 11) else '')";
        return Installed.candidates("python3")
                .map(candidate -> Installed.output(List.of(candidate.toString(), "-c", print)))
                .filter(path -> path.startsWith("/"))
                .findFirst();
    }

    static Optional<String> missing() {
        return executable().isPresent()
                ? Optional.empty()
                : Optional.of("Python 3.11 or newer is not installed (Debian: apt-get install python3)");
    }

    static String require() {
        return executable().orElseThrow(() -> new IllegalStateException("Python is not installed"));
    }
}
