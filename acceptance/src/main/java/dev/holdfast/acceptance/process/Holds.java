package dev.holdfast.acceptance.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Stream;

/**
 * Makes an agent's cycles wait at steps, so that something can be done exactly there: the agent's fault point (see
 * docs/architecture.md) seen from the other side.
 */
public final class Holds {
    private static final String HERE = ".here";

    private final Path directory;

    private Holds(Path directory) {
        this.directory = directory;
    }

    static Holds in(Path directory) throws IOException {
        return new Holds(Files.createDirectories(directory));
    }

    /** What tells the agent's virtual machine. */
    public String option() {
        return "-Dholdfast.agent.fault=hold:" + directory;
    }

    /** The next cycle that comes to one of these waits there. */
    public void at(Collection<String> steps) {
        for (String step : steps) {
            try {
                Files.createFile(directory.resolve(step));
            } catch (FileAlreadyExistsException _) {
                // It is to wait there anyway.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Whether a cycle is there, and waits. */
    public boolean isHeld(String step) {
        return Files.exists(directory.resolve(step + HERE));
    }

    /** Nobody waits there any more, now or later. */
    public void letGo(String step) {
        try {
            Files.deleteIfExists(directory.resolve(step));
            Files.deleteIfExists(directory.resolve(step + HERE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nobody waits anywhere any more. */
    public void clear() {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
