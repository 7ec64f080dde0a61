package dev.holdfast.agent.process;

import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes bundles that nothing uses any more, between cycles: one that is under way may go back. */
public final class ImageCollector {
    private static final Logger LOG = LoggerFactory.getLogger(ImageCollector.class);
    private static final Duration EVERY = Duration.ofMinutes(30);

    private final ImageStore images;
    private final Supplier<List<ManagedProcess>> processes;
    private final BooleanSupplier idle;
    private final Clock clock;

    public ImageCollector(
            ImageStore images, Supplier<List<ManagedProcess>> processes, BooleanSupplier idle, Clock clock) {
        this.images = images;
        this.processes = processes;
        this.idle = idle;
        this.clock = clock;
    }

    /** Until it is interrupted. */
    public void run() throws InterruptedException {
        while (true) {
            try {
                collect();
            } catch (IOException e) {
                LOG.warn("unused bundles are looked for at the next try: {}", e.toString());
            }
            Thread.sleep(EVERY);
        }
    }

    void collect() throws IOException {
        if (!idle.getAsBoolean()) {
            return;
        }
        List<ImageRef> running = processes.get().stream()
                .filter(ManagedProcess::wanted)
                .map(ManagedProcess::image)
                .filter(ImageRef::hasBundle)
                .toList();
        running.forEach(images::ran);
        Set<String> digests = running.stream()
                .map(image -> images.place(image).getFileName().toString())
                .collect(toSet());
        images.removeUnfinished(clock.instant().minus(UnusedImages.KEEP));
        UnusedImages unused = UnusedImages.of(images.kept(), digests, clock.instant());
        for (KeptImage image : unused.expired()) {
            images.remove(image);
        }
        for (KeptImage image : unused.spare()) {
            if (images.hasRoom()) {
                return;
            }
            images.remove(image);
        }
    }
}
