package dev.holdfast.agent.process;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches bundles ahead of their use, one after the other. What is broken off is gone on with when it is asked for again. */
public final class Staging implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Staging.class);

    private final ImageStore images;
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private final ExecutorService executor =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("stage").factory());

    public Staging(ImageStore images) {
        this.images = images;
    }

    /** Told once what became of it. */
    public interface Listener {
        void staged();

        void failed(String why);
    }

    /** Returns at once. One that waits already, or is being fetched, is not taken up again, and its listener not told. */
    public void stage(ImageRef image, Listener listener) {
        if (image.hasBundle() && waiting.add(image.bundleDigest())) {
            executor.execute(() -> fetch(image, listener));
        }
    }

    /** Told only when it can be asked for again: who asks because of that is heard. */
    private void fetch(ImageRef image, Listener listener) {
        fetch(image).ifPresent(outcome -> outcome.accept(listener));
    }

    /** Empty when it was broken off. */
    private Optional<Consumer<Listener>> fetch(ImageRef image) {
        try {
            images.stage(image);
            return Optional.of(Listener::staged);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (RuntimeException e) {
            LOG.warn("{} is not staged: {}", image, e.getMessage());
            return Optional.of(listener -> listener.failed(String.valueOf(e.getMessage())));
        } finally {
            waiting.remove(image.bundleDigest());
        }
    }

    /** Nothing is written any more when it returns: the next agent goes on with the same files. */
    @Override
    public void close() {
        executor.shutdownNow();
        executor.close();
    }
}
