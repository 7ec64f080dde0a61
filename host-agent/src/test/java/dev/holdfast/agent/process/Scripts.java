package dev.holdfast.agent.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Launches for tests. */
final class Scripts {
    private Scripts() {}

    static Launch sh(Path directory, String script) {
        return as(null, directory, "/bin/sh", "-c", script);
    }

    static Launch as(@Nullable String user, Path directory, String... argv) {
        return new Launch(
                List.of(argv),
                user,
                Map.of("PATH", "/usr/bin:/bin", "GREETING", "hello"),
                directory,
                LogFiles.in(directory));
    }
}
