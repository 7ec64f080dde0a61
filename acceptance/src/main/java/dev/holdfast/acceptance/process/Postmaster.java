package dev.holdfast.acceptance.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The first process of a PostgreSQL, as the file postmaster.pid in its data directory names it. */
record Postmaster(Path pidFile, long pid) {
    static Postmaster of(Path data) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        return new Postmaster(
                pidFile, read(pidFile).orElseThrow(() -> new IOException("no PostgreSQL runs in " + data)));
    }

    void kill() throws IOException {
        ProcessHandle.of(pid)
                .orElseThrow(() -> new IOException("there is no PostgreSQL with pid " + pid))
                .destroyForcibly();
    }

    /** Whether another one runs there now. */
    boolean isReplaced() throws IOException {
        return read(pidFile).filter(now -> now != pid).isPresent();
    }

    private static Optional<Long> read(Path pidFile) throws IOException {
        try (Stream<String> lines = Files.lines(pidFile)) {
            return lines.findFirst()
                    .map(String::strip)
                    .filter(line -> line.matches("[0-9]+"))
                    .map(Long::valueOf);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }
}
