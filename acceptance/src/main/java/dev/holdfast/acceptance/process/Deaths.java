package dev.holdfast.acceptance.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Where an agent has died by itself: at each place in its code that calls the kernel in a cycle, once (see
 * docs/architecture.md).
 */
public record Deaths(Path file) {
    /** What tells the agent's virtual machine. */
    public String option() {
        return "-Dholdfast.agent.calls=" + file;
    }

    /** The places, in order. */
    public List<String> places() {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
