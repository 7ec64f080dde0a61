package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.SyscallException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that makes all ptrace(2) calls for a server, and how others have it do something. When it ends, the kernel
 * lets go of whatever it still traces.
 */
final class TracerThread {
    private static final Logger log = LoggerFactory.getLogger(TracerThread.class);

    private final BlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> rootEnd = new CompletableFuture<>();
    private final CompletableFuture<Tracer> tracer = new CompletableFuture<>();
    private final CompletableFuture<Waker> waker = new CompletableFuture<>();
    private final Thread thread;
    private boolean finished;

    /** What the thread does first. */
    interface Beginning {
        Tracer with(Waker waker);
    }

    interface Work<T> {
        T with(Tracer tracer) throws InterruptedException;
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

    /** Has the work done between two stops of the server, and waits for its result. */
    <T> T call(Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        command(() -> {
            try {
                result.complete(work.with(tracer.join()));
            } catch (RuntimeException | InterruptedException e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TakeoverException("interrupted");
        }
    }

    /** By the work: the thread ends after it. */
    void finish() {
        finished = true;
    }

    private void command(Runnable command) {
        try {
            commands.add(command);
            waker.get().wake();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TakeoverException("interrupted");
        }
    }

    /** While it is open, the work's {@link Tracer#step} returns that often at the least. */
    ScheduledExecutorService ticking(Duration every) {
        var ticks = new ScheduledThreadPoolExecutor(1);
        ticks.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        var _ = ticks.scheduleAtFixedRate(waker.join()::wake, every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
        return ticks;
    }

    private void run(Beginning beginning) {
        try (Waker ours = new Waker()) {
            Tracer own = beginning.with(ours);
            tracer.complete(own);
            waker.complete(ours);
            while (!finished) {
                own.step();
                for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                    command.run();
                }
                if (own.rootEnd() != null) {
                    rootEnd.complete(own.rootEnd());
                }
            }
        } catch (TakeoverException | SyscallException e) {
            failed(e);
        } catch (RuntimeException e) {
            log.error("{} failed", thread.getName(), e);
            failed(e);
        }
    }

    private void failed(RuntimeException e) {
        rootEnd.complete("could not be traced: " + e.getMessage());
        tracer.completeExceptionally(e);
        waker.completeExceptionally(e);
    }
}
