package dev.holdfast.agent.takeover;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Connections for a new server that are found when it has taken the others, for which clients wait: by a thread of its own,
 * so that the server serves those meanwhile.
 */
public final class Later {
    public static final Later NOBODY = nobody();

    private final Supplier<Collection<HeldConnection>> find;
    private final CompletableFuture<Collection<HeldConnection>> found = new CompletableFuture<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean over;
    private volatile long began;
    private volatile Duration waited = Duration.ZERO;

    public Later(Supplier<Collection<HeldConnection>> find) {
        this.find = find;
    }

    private static Later nobody() {
        Later nobody = new Later(List::of);
        nobody.none();
        return nobody;
    }

    /** There are none after all. */
    public void none() {
        over = true;
    }

    /** Has them found, once. */
    void begin() {
        if (begun.compareAndSet(false, true)) {
            began = System.nanoTime();
            var _ = Thread.ofPlatform().name("rest").start(this::run);
        }
    }

    private void run() {
        try {
            found.complete(find.get());
        } catch (Throwable e) {
            // Whatever it is, somebody waits.
            found.completeExceptionally(e);
        }
    }

    void whenFound(Runnable then) {
        if (!over) {
            var _ = found.whenComplete((_, _) -> then.run());
        }
    }

    /** Once, when they are known. */
    Optional<Collection<HeldConnection>> take() {
        if (over || !found.isDone()) {
            return Optional.empty();
        }
        over = true;
        waited = Duration.ofNanos(System.nanoTime() - began);
        return Optional.of(Assistant.of(found));
    }

    /** For how long nothing was left to do but to find them. */
    public Duration waited() {
        return waited;
    }

    /** Those that have been found. */
    Collection<HeldConnection> found() {
        return found.isDone() ? Assistant.of(found) : List.of();
    }

    /** Whether nobody is to be waited for: there were none, or they have been taken. */
    public boolean isOver() {
        return over;
    }

    /** They are of no use to the server any more. When it returns they have been found all the same, as far as they can be. */
    public void end() {
        if (!over) {
            over = true;
            begin();
            found.handle((_, _) -> true).join();
        }
    }
}
