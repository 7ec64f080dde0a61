package dev.holdfast.acceptance.process;

import dev.holdfast.manager.postgres.EmbeddedServer;
import dev.holdfast.manager.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Managers, each a process of its own, on one PostgreSQL: that of the only manager, or one that all are given. When they
 * are closed, or this program ends in whatever way but SIGKILL, everything is stopped and removed.
 */
public final class Managers implements AutoCloseable {
    /** As the launcher has it. */
    private static final List<String> HEAP = List.of("-Xms32m", "-Xmx512m");

    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(20);
    private static final Pattern READY = Pattern.compile("manager ready: admin (\\S+), agents (\\S+)");

    private final Path directory;
    private final List<Running> managers = new ArrayList<>();
    private final Thread hook = new Thread(this::stopAll, "stop the managers");
    private @Nullable PostgresServer postgres;
    private boolean stopped;

    /** @param admin where operators call, as HOST:PORT; agents likewise */
    private record Running(Child child, String admin, String agents) {}

    private Managers(Path directory) {
        this.directory = directory;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts them; all serve when this returns. */
    public static Managers start(int count) throws IOException, InterruptedException {
        Managers managers = new Managers(Files.createTempDirectory("holdfast-fleet-"));
        try {
            managers.startAll(count);
            return managers;
        } catch (IOException | InterruptedException | RuntimeException e) {
            managers.close();
            throw e;
        }
    }

    private synchronized void startAll(int count) throws IOException, InterruptedException {
        if (count > 1) {
            postgres = EmbeddedServer.start(directory.resolve("postgres"), directory.resolve("postgres-files"));
        }
        for (int i = 0; i < count; i++) {
            managers.add(run(i, "127.0.0.1:0", "127.0.0.1:0"));
        }
    }

    private Running run(int number, String admin, String agents) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "--admin", admin, "--agents", agents, "--data-dir", data(number).toString()));
        if (postgres != null) {
            arguments.addAll(List.of("--db-url", postgres.jdbcUrl()));
        }
        Child child = Child.start(
                "manager-" + number,
                JavaProgram.manager().with(HEAP).command(arguments.toArray(String[]::new)),
                directory);
        Matcher ready = child.awaitReady(READY, READY_WITHIN);
        return new Running(child, ready.group(1), ready.group(2));
    }

    private Path data(int number) {
        return directory.resolve("manager-" + number);
    }

    /** Kills one with SIGKILL, and nothing but it. */
    public synchronized void kill(int number) throws InterruptedException {
        managers.get(number).child().kill();
    }

    /** Starts one that was killed where it was. */
    public synchronized void startAgain(int number) throws IOException, InterruptedException {
        Running old = managers.get(number);
        if (!stopped) {
            managers.set(number, run(number, old.admin(), old.agents()));
        }
    }

    /** Where operators call that one. */
    public synchronized String admin(int number) {
        return managers.get(number).admin();
    }

    /** Where agents call, one for each. */
    public synchronized List<String> agents() {
        return managers.stream().map(Running::agents).toList();
    }

    /** Of those that run. */
    public synchronized List<Long> pids() {
        return managers.stream()
                .map(Running::child)
                .filter(Child::isAlive)
                .map(Child::pid)
                .toList();
    }

    /** The first process of their PostgreSQL. */
    public synchronized long postgresPid() throws IOException {
        Path postgresDirectory = postgres == null ? data(0).resolve("postgres") : directory.resolve("postgres");
        return Postmaster.of(postgresDirectory.resolve("data")).pid();
    }

    /** The last lines that each wrote. */
    public synchronized String logs() {
        StringBuilder logs = new StringBuilder();
        managers.forEach(manager -> logs.append(manager.child().endOfLog()).append("\n\n"));
        return logs.toString();
    }

    @Override
    public void close() {
        stopAll();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The program is ending; the hook has nothing left to do.
        }
    }

    private synchronized void stopAll() {
        if (stopped) {
            return;
        }
        stopped = true;
        try {
            for (Running manager : managers) {
                manager.child().stop(STOPPED_WITHIN);
            }
            if (postgres != null) {
                postgres.close();
            }
            new Leftovers(directory).kill();
            DirectoryTree.delete(directory);
        } catch (IOException e) {
            System.err.println("Could not remove " + directory + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
