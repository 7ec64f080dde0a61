package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Priority;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** A second thread, and with it a second CPU, for what clients wait for. It is there before they do. */
final class Assistant implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("look").daemon().factory());

    Assistant() {
        var _ = thread.submit(() -> {});
    }

    /** One thing after the other. */
    <T> CompletableFuture<T> begin(Supplier<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (Priority _ = Priority.first()) {
                        return work.get();
                    }
                },
                thread);
    }

    /** What has come out; the work's own exception when it failed. */
    static <T> T of(CompletableFuture<T> begun) {
        try {
            return begun.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** When all that was begun is over. */
    @Override
    public void close() {
        thread.close();
    }
}
