package dev.holdfast.acceptance.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * Where somebody has died because an agent came there: each place in its code that calls the kernel in a cycle, once. It is the
 * agent itself, or somebody else for whose death the agent waits (see docs/architecture.md).
 */
public record Deaths(Path file) {
    /** What tells the agent's virtual machine that the agent is to die. */
    public List<String> options() {
        return List.of("-Dholdfast.agent.calls=" + file);
    }

    /** What tells it that the agent is to wait. */
    public List<String> waitingOptions() {
        return List.of("-Dholdfast.agent.calls=" + file, "-Dholdfast.agent.calls.wait=true");
    }

    /** The places, in order. */
    public List<String> places() {
        return lines(file);
    }

    /** Where it waits now. */
    public Optional<String> waitsAt() {
        return lines(with(".here")).stream().findFirst();
    }

    /** It goes on, and the place has had its turn, or has not. */
    public void goOn(boolean hadItsTurn) {
        try {
            if (hadItsTurn) {
                Files.deleteIfExists(with(".here"));
            } else {
                Files.move(with(".here"), with(".no"), StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (NoSuchFileException _) {
            // It does not wait.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it waits when it comes to a place. */
    public void waits(boolean wanted) {
        try {
            if (wanted) {
                Files.deleteIfExists(with(".off"));
            } else {
                Files.createFile(with(".off"));
            }
        } catch (FileAlreadyExistsException _) {
            // It does not already.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path with(String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    private static List<String> lines(Path of) {
        try {
            return Files.readAllLines(of);
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
