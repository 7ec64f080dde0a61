package dev.holdfast.agent.process;

import dev.holdfast.common.manifest.Manifest;
import dev.holdfast.common.manifest.Ready;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Waits until a started server can serve. */
public final class ReadyCheck {
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final long LOOK_NANOS = 10_000_000;

    private final Probe probe;
    private final Supplier<Optional<String>> ended;
    private final LogFiles logs;
    private final long deadline;
    private final Duration within;

    private ReadyCheck(Probe probe, Supplier<Optional<String>> ended, LogFiles logs, Duration within) {
        this.probe = probe;
        this.ended = ended;
        this.logs = logs;
        this.within = within;
        this.deadline = System.nanoTime() + within.toNanos();
    }

    /**
     * Asks again and again until the server is ready, ends, or has had its time.
     *
     * @param ended how the server ended, empty while it runs: {@link Exits#of}
     */
    public static ReadyResult await(
            Manifest manifest, Launch launch, Supplier<Optional<String>> ended, ProbeListener listener)
            throws InterruptedException {
        Duration within = manifest.ready().within();
        return new ReadyCheck(probe(manifest, launch, listener), ended, launch.logs(), within).await();
    }

    /**
     * Asks a server once that was ready before.
     *
     * @param over what makes the answer useless, empty while nothing does
     * @return what is wrong with it; empty when it is ready
     */
    public static Optional<String> ask(
            Manifest manifest, Launch launch, Supplier<Optional<String>> over, ProbeListener listener, Duration within)
            throws InterruptedException {
        Probe probe = probe(manifest, launch, listener);
        // A probe that does not keep the time is broken off, but one that does has more to say.
        ReadyCheck check = new ReadyCheck(probe, over, launch.logs(), within.multipliedBy(2));
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            return check.watch(executor.submit(() -> probe.attempt(within)))
                    .orElse(Optional.of("it did not answer within " + within.toMillis() + " ms"));
        }
    }

    private static Probe probe(Manifest manifest, Launch launch, ProbeListener listener) {
        return switch (manifest.ready()) {
            case Ready.Http http -> new HttpProbe(http.url(), listener);
            case Ready.Tcp tcp -> new TcpProbe(tcp.port(), listener);
            case Ready.Command command -> new CommandProbe(command.argv(), launch, listener);
        };
    }

    private ReadyResult await() throws InterruptedException {
        String problem = "it did not answer";
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            while (left() > 0) {
                Future<Optional<String>> attempt =
                        executor.submit(() -> probe.attempt(Duration.ofNanos(Math.max(1, left()))));
                Optional<Optional<String>> result = watch(attempt);
                Optional<String> end = ended.get();
                if (end.isPresent()) {
                    return new ReadyResult.NotReady(
                            "its process " + end.get() + " before it was ready" + logs.lastWords());
                }
                if (result.isPresent() && result.get().isEmpty()) {
                    return new ReadyResult.Ready();
                }
                problem = result.flatMap(asked -> asked).orElse(problem);
                Thread.sleep(PAUSE);
            }
        }
        return new ReadyResult.NotReady(
                "it was not ready within " + within.toMillis() + " ms: " + problem + logs.lastWords());
    }

    private long left() {
        return deadline - System.nanoTime();
    }

    /**
     * What an attempt says; empty when it has to be broken off. A dead server's probe may hang: its listening socket
     * can be held by others.
     */
    private Optional<Optional<String>> watch(Future<Optional<String>> attempt) throws InterruptedException {
        try {
            while (left() > 0 && ended.get().isEmpty()) {
                try {
                    return Optional.of(attempt.get(LOOK_NANOS, TimeUnit.NANOSECONDS));
                } catch (TimeoutException _) {
                    // Look again whether the server is there.
                }
            }
            return Optional.empty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ProcessException problem) {
                return Optional.of(Optional.of(problem.getMessage()));
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            attempt.cancel(true);
        }
    }
}
