package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Priority;
import dev.holdfast.agent.linux.SyscallException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that makes all ptrace(2) calls for a server, and how others have it do something. When it ends, the kernel
 * lets go of whatever it still traces.
 */
final class TracerThread {
    private static final Logger log = LoggerFactory.getLogger(TracerThread.class);

    private final CompletableFuture<String> rootEnd = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean finished;

    /** Guarded by this, as the two below. */
    private final Deque<Command<?>> commands = new ArrayDeque<>();

    private @Nullable Waker waker;
    private @Nullable Throwable end;

    /** What the thread does first. */
    interface Beginning {
        Tracer with(Waker waker);
    }

    interface Work<T> {
        T with(Tracer tracer) throws InterruptedException;
    }

    private record Command<T>(Work<T> work, CompletableFuture<T> result) {
        void run(Tracer tracer) {
            try {
                result.complete(work.with(tracer));
            } catch (Throwable e) {
                // Whatever it is, somebody waits.
                result.completeExceptionally(e);
            }
        }
    }

    private TracerThread(String name, Beginning beginning) {
        thread = Thread.ofPlatform().name(name).daemon().unstarted(() -> run(beginning));
    }

    static TracerThread start(String name, Beginning beginning) {
        TracerThread started = new TracerThread(name, beginning);
        started.thread.start();
        return started;
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    /** How the server's first process ended, if it does while it is traced; "exited with status 1". */
    CompletableFuture<String> rootEnd() {
        return rootEnd;
    }

    /**
     * Has the work done between two stops of the server, and waits for its result.
     *
     * @throws RuntimeException of the work, or why the thread has ended before it was done
     */
    <T> T call(Work<T> work) {
        Command<T> command = new Command<>(work, new CompletableFuture<>());
        add(command);
        try {
            return command.result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new TakeoverException("the tracer failed: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TakeoverException("interrupted");
        }
    }

    /**
     * Until it is called again it waits for that alone: it comes at once then, and need not be woken out of waitpid(2). For a
     * server that stands still.
     */
    void attend() {
        add(new Command<>(
                _ -> {
                    try (Priority _ = Priority.first()) {
                        awaitCommand();
                    }
                    return finished;
                },
                new CompletableFuture<>()));
    }

    private synchronized void awaitCommand() throws InterruptedException {
        while (commands.isEmpty()) {
            wait();
        }
    }

    /** As {@link #call}, without waiting for its end; a failure is only logged. */
    void begin(Work<?> work) {
        CompletableFuture<Object> result = new CompletableFuture<>();
        add(new Command<>(work::with, result));
        var _ = result.whenComplete((_, failure) -> {
            if (failure != null) {
                log.warn("{}: {}", thread.getName(), failure.getMessage());
            }
        });
    }

    /** By the work: the thread ends after it. */
    void finish() {
        finished = true;
    }

    /** Waits until it has ended, and with it all that it traces is let go; false when that takes longer. */
    boolean awaitEnd(Duration within) {
        try {
            return thread.join(within);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private synchronized void add(Command<?> command) {
        if (end != null) {
            command.result.completeExceptionally(end);
            return;
        }
        commands.add(command);
        notifyAll();
        wake();
    }

    /** Has the work's {@link Tracer#step} return. */
    synchronized void wake() {
        if (waker != null) {
            waker.wake();
        }
    }

    /** What is asked for when the tracer has let go of the server stays where it is. */
    private synchronized @Nullable Command<?> next() {
        return finished ? null : commands.poll();
    }

    /** While it is open, the work's {@link Tracer#step} returns that often at the least. */
    ScheduledExecutorService ticking(Duration every) {
        var ticks = new ScheduledThreadPoolExecutor(1);
        ticks.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        var _ = ticks.scheduleAtFixedRate(this::wake, every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
        return ticks;
    }

    private void run(Beginning beginning) {
        Throwable why = new TakeoverException("the server is not traced any more");
        try (Waker ours = new Waker()) {
            try (Tracer tracer = beginning.with(ours)) {
                begun(ours);
                trace(tracer);
            }
        } catch (TakeoverException | SyscallException e) {
            why = e;
        } catch (Throwable e) {
            log.error("{} failed", thread.getName(), e);
            why = e;
        }
        ended(why);
    }

    private synchronized void begun(Waker ours) {
        waker = ours;
    }

    private void trace(Tracer tracer) {
        while (true) {
            for (Command<?> command = next(); command != null; command = next()) {
                command.run(tracer);
            }
            if (tracer.rootEnd() != null) {
                rootEnd.complete(tracer.rootEnd());
            }
            if (finished) {
                return;
            }
            tracer.step();
        }
    }

    private synchronized void ended(Throwable why) {
        end = why;
        if (!finished) {
            rootEnd.complete("could not be traced: " + why.getMessage());
        }
        commands.forEach(command -> command.result.completeExceptionally(why));
        commands.clear();
    }
}
