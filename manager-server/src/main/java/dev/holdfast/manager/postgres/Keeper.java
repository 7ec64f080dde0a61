package dev.holdfast.manager.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts a PostgreSQL again that has died, with the port and all other options that it had. */
final class Keeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Keeper.class);
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    /** One that needs longer to recover goes on doing so; it is only not waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path data;
    private final Path program;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("postgres").daemon().factory());
    /** Of {@link System#nanoTime}: a start that fails is not tried again at once. */
    private long nextStart = System.nanoTime();

    private boolean closed;

    private Keeper(Path data, Path program) {
        this.data = data;
        this.program = program;
    }

    /** @param data of a PostgreSQL that runs */
    static Keeper of(Path data) throws IOException {
        Path postgres = Orphan.find(data)
                .flatMap(postmaster -> postmaster.info().command())
                .map(Path::of)
                .orElseThrow(() -> new IOException("the PostgreSQL that was just started on " + data + " is gone"));
        Keeper keeper = new Keeper(data, postgres.resolveSibling("pg_ctl"));
        var _ = keeper.looks.scheduleWithFixedDelay(
                keeper::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
        return keeper;
    }

    private synchronized void look() {
        try {
            if (!closed
                    && System.nanoTime() - nextStart >= 0
                    && Orphan.find(data).isEmpty()) {
                nextStart = System.nanoTime() + PAUSE.toNanos();
                log.error("PostgreSQL on {} has ended; it is started again", data);
                // They would keep the new one from starting for as long as they are busy.
                Orphan.killRest(data);
                // The number in it may be another program's by now, which pg_ctl would stop.
                Files.deleteIfExists(data.resolve("postmaster.pid"));
                restart();
            }
        } catch (IOException | RuntimeException e) {
            log.error("PostgreSQL on {} cannot be started now: {}", data, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** See pg_ctl(1): "restart" takes the options from postmaster.opts, and starts one that does not run. */
    private void restart() throws IOException, InterruptedException {
        Path output = data.resolveSibling("postgres.log");
        List<String> command = new ArrayList<>();
        if (EmbeddedServer.isRoot()) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(
                List.of(program.toString(), "restart", "-D", data.toString(), "-l", output.toString(), "-w", "-t"));
        command.add(String.valueOf(PATIENCE.toSeconds()));
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        int code = started.waitFor();
        if (code == 0) {
            log.info("PostgreSQL on {} runs again", data);
        } else {
            log.error("PostgreSQL on {} does not serve yet (pg_ctl ended with {}); see {}", data, code, output);
        }
    }

    /** Afterwards nothing is started any more. */
    @Override
    public void close() {
        looks.shutdown();
        synchronized (this) {
            closed = true;
        }
    }
}
