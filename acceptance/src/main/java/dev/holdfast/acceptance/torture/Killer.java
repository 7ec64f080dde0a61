package dev.holdfast.acceptance.torture;

import dev.holdfast.acceptance.process.Holds;
import dev.holdfast.acceptance.process.Installation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Kills programs in one upgrade, and starts them again. The cycle is held up where a kill is due, so that it falls exactly
 * there, or so long after it as it is meant to.
 */
final class Killer {
    private static final long LOOK_EVERY_MILLIS = 1;

    private final Installation installation;
    private final String host;
    private final Holds holds;
    private final List<Blow> blows;
    private final List<Blow> fallen = new ArrayList<>();
    private CompletableFuture<@Nullable Void> work = CompletableFuture.completedFuture(null);
    private volatile boolean over;

    Killer(Installation installation, String host, Holds holds, List<Blow> blows) {
        this.installation = installation;
        this.host = host;
        this.holds = holds;
        this.blows = blows;
    }

    /** Before the upgrade begins. */
    void prepare() {
        holds.clear();
        holds.at(blows.stream().map(Blow::step).toList());
    }

    /**
     * The upgrade has begun.
     *
     * @param abort calls it off
     */
    void follow(JournalCopy journal, Runnable abort) {
        work = CompletableFuture.runAsync(
                () -> follow(blows, journal, abort), Executors.newVirtualThreadPerTaskExecutor());
    }

    private void follow(List<Blow> all, JournalCopy journal, Runnable abort) {
        try {
            for (Blow blow : all) {
                if (!until(() -> holds.isHeld(blow.step())) || !strike(blow, journal, abort)) {
                    return;
                }
                fallen.add(blow);
            }
        } catch (IOException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            blows.forEach(this::letGo);
        }
    }

    /** False when the cycle has gone another way. */
    private boolean strike(Blow blow, JournalCopy journal, Runnable abort) throws IOException, InterruptedException {
        if (blow.isWithin()) {
            holds.at(blow.bounds());
            holds.letGo(blow.step());
            long due = System.nanoTime() + blow.after().toNanos();
            if (!until(() -> System.nanoTime() >= due || isBounded(blow))) {
                return false;
            }
        }
        switch (blow.victim()) {
            case AGENT -> installation.killAgent(host, () -> letGo(blow));
            case MANAGER -> installation.killManager(() -> letGo(blow));
            case POSTGRES -> installation.killPostgres(() -> letGo(blow));
            case SERVER -> {
                boolean there = until(() -> journal.server().isPresent() || isBounded(blow));
                if (!there || holds.isHeld("aborted")) {
                    return false;
                }
                return kill(blow, journal.server());
            }
            case UPGRADE -> {
                abort.run();
                letGo(blow);
            }
            case NONE -> {}
        }
        return true;
    }

    private boolean kill(Blow blow, OptionalLong server) {
        boolean killed = server.isPresent()
                && ProcessHandle.of(server.getAsLong())
                        .map(ProcessHandle::destroyForcibly)
                        .orElse(false);
        letGo(blow);
        return killed;
    }

    private boolean isBounded(Blow blow) {
        return blow.bounds().stream().anyMatch(holds::isHeld);
    }

    private void letGo(Blow blow) {
        Stream.concat(Stream.of(blow.step()), blow.bounds().stream()).forEach(holds::letGo);
    }

    /** Waits for it; false when the upgrade is over before. */
    private boolean until(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            if (over) {
                return false;
            }
            Thread.sleep(Duration.ofMillis(LOOK_EVERY_MILLIS));
        }
        return true;
    }

    /**
     * The upgrade is over: waits until what was killed is back.
     *
     * @return what was done
     * @throws IOException when it does not come back
     */
    List<Blow> await() throws IOException {
        over = true;
        try {
            work.join();
        } catch (CompletionException e) {
            throw new IOException("what was killed did not come back: " + e.getMessage(), e);
        } finally {
            holds.clear();
        }
        return List.copyOf(fallen);
    }
}
