package dev.holdfast.manager.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A postgres that outlived the manager which started it. */
final class Orphan {
    private static final Logger log = LoggerFactory.getLogger(Orphan.class);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofMillis(10);

    private Orphan() {}

    /** Stops the postgres of a data directory, if one runs; any other process is left alone. */
    static void stop(Path data) throws IOException {
        Optional<ProcessHandle> found = find(data);
        if (found.isEmpty()) {
            return;
        }
        ProcessHandle orphan = found.get();
        log.warn("stopping PostgreSQL (pid {}), which a killed manager left behind on {}", orphan.pid(), data);
        orphan.destroy();
        if (!ended(orphan)) {
            // PostgreSQL recovers from this by its log, as from a power cut.
            orphan.destroyForcibly();
            if (!ended(orphan)) {
                throw new IOException("PostgreSQL (pid " + orphan.pid() + ") on " + data + " cannot be stopped");
            }
        }
    }

    /** The postgres of a data directory that has all others as children, if it runs. */
    static Optional<ProcessHandle> find(Path data) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        String first =
                Files.readAllLines(pidFile).stream().findFirst().orElse("").strip();
        if (!first.matches("\\d{1,10}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(first)).filter(process -> isPostgresOf(process, data));
    }

    /** Ends what a postgres that was killed has left: its children notice only when they are not busy. */
    static void killRest(Path data) throws IOException {
        List<ProcessHandle> rest = Files.exists(data)
                ? ProcessHandle.allProcesses()
                        .filter(process -> isPostgresOf(process, data))
                        .toList()
                : List.of();
        rest.forEach(ProcessHandle::destroyForcibly);
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (ProcessHandle process : rest) {
            // Not by onExit: one that its new parent does not fetch is as good as gone.
            while (isPostgresOf(process, data)) {
                if (System.nanoTime() > end) {
                    throw new IOException("PostgreSQL (pid " + process.pid() + ") on " + data + " cannot be stopped");
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }
    }

    /** The pid may belong to anything by now: the program must be postgres, and a postmaster lives in its directory. */
    private static boolean isPostgresOf(ProcessHandle process, Path data) {
        Path proc = Path.of("/proc", String.valueOf(process.pid()));
        try {
            return Files.readSymbolicLink(proc.resolve("exe")).endsWith("postgres")
                    && Files.isSameFile(Files.readSymbolicLink(proc.resolve("cwd")), data);
        } catch (IOException e) {
            log.debug("pid {} is not ours to stop: {}", process.pid(), e.toString());
            return false;
        }
    }

    private static boolean ended(ProcessHandle process) throws IOException {
        try {
            process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for PostgreSQL to stop", e);
        }
    }
}
