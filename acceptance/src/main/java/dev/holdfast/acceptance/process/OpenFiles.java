package dev.holdfast.acceptance.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How many files a process may have open. */
public final class OpenFiles {
    private OpenFiles() {}

    /** RLIMIT_NOFILE of this process (proc_pid_limits(5)), which the JVM has raised to the hard limit when it started. */
    public static int limit() {
        try (Stream<String> limits = Files.lines(Path.of("/proc/self/limits"))) {
            return limits.filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.split("\\s+", -1)[3])
                    .mapToInt(soft -> soft.equals("unlimited") ? Integer.MAX_VALUE : Integer.parseInt(soft))
                    .findFirst()
                    .orElse(Integer.MAX_VALUE);
        } catch (IOException e) {
            throw new UncheckedIOException("/proc cannot be read", e);
        }
    }
}
