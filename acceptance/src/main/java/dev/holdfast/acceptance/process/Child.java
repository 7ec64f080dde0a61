package dev.holdfast.acceptance.process;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A child process that says in a line of its output when it is ready. All its output goes to a log. */
final class Child {
    private static final int LINES_SHOWN = 15;
    private static final Duration OUTPUT_ENDS_WITHIN = Duration.ofMillis(500);

    private final String name;
    private final Path log;
    private final Process process;

    private Child(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /** Starts a program in a directory, which gets its log too. */
    static Child start(String name, List<String> command, Path directory) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        return new Child(name, directory.resolve(name + ".log"), process);
    }

    /**
     * Waits for the line that says it is ready.
     *
     * @throws IOException with the end of its log, when it ends or the time is over before
     */
    Matcher awaitReady(Pattern line, Duration within) throws IOException, InterruptedException {
        CompletableFuture<Matcher> ready = new CompletableFuture<>();
        // Whoever it has left behind may keep its output open: then its end is not waited for any longer.
        Executor later = CompletableFuture.delayedExecutor(OUTPUT_ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        var _ = process.onExit()
                .thenAcceptAsync(_ -> ready.completeExceptionally(new IOException("it has ended")), later);
        var _ = Thread.ofVirtual().name(name + " output").start(() -> follow(line, ready));
        try {
            return ready.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(name + " ended before it was ready:\n" + endOfLog(), e);
        } catch (TimeoutException e) {
            throw new IOException(name + " was not ready within " + within.toSeconds() + " s:\n" + endOfLog(), e);
        }
    }

    private void follow(Pattern readyLine, CompletableFuture<Matcher> ready) {
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8);
                var out = new PrintWriter(Files.newBufferedWriter(log, CREATE, APPEND), true)) {
            for (@Nullable String line = in.readLine(); line != null; line = in.readLine()) {
                out.println(line);
                Matcher matcher = readyLine.matcher(line);
                if (matcher.matches()) {
                    ready.complete(matcher);
                }
            }
            ready.completeExceptionally(new IOException("end of output"));
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
    }

    String endOfLog() {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - LINES_SHOWN), all.size()));
        } catch (IOException | UncheckedIOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    boolean awaitEnd(Duration within) throws InterruptedException {
        return process.waitFor(within);
    }

    /** Asks it to end, and not its children; kills it when it does not in time. */
    void end(Duration within) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(within)) {
            process.destroyForcibly().waitFor();
        }
    }

    /** Asks it to end, with SIGTERM. */
    void ask() {
        process.destroy();
    }

    /** Ends it with SIGKILL, and nothing but it. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to end, and its own children with it; kills what does not in time. */
    void stop(Duration within) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(within)) {
            // Just before, so that none is missed that was begun meanwhile.
            List<ProcessHandle> children = process.descendants().toList();
            process.destroyForcibly().waitFor();
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
