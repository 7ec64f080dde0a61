package dev.holdfast.agent.cycle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The cycle waits, so that whoever holds it up can do something exactly there. A point at which it is to wait is a file of
 * that name. When it is there, it gives the file the ending ".here", and goes on when that is removed.
 */
record HoldUp(Path directory) implements Consumer<String> {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final long LOOK_EVERY_NANOS = 500_000;

    @Override
    public void accept(String point) {
        Path here = directory.resolve(point + ".here");
        try {
            Files.move(directory.resolve(point), here, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException _) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (Files.exists(here) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }
}
