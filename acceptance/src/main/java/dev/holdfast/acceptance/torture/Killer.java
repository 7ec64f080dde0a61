package dev.holdfast.acceptance.torture;

import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Kills a program at a random moment of one upgrade, or of every second, and starts it again. */
final class Killer {
    private static final List<String> STATES = List.of(
            "preparing", "holding", "pausing", "quiescing", "stopping", "starting", "delivering", "resuming", "done");
    private static final int LONGEST_MILLIS_AFTER = 40;

    private final Installation installation;
    private final String host;
    private final Victim victim;
    private final String state;
    private final Duration after;
    private final Executor thread = Executors.newVirtualThreadPerTaskExecutor();
    private CompletableFuture<@Nullable Void> kill = CompletableFuture.completedFuture(null);
    private volatile boolean done;

    /** For one upgrade; what is going to be done is decided here. */
    Killer(Installation installation, String host, Victim victim, RandomGenerator random) {
        this.installation = installation;
        this.host = host;
        this.state = STATES.get(random.nextInt(STATES.size()));
        this.after = Duration.ofMillis(random.nextInt(LONGEST_MILLIS_AFTER));
        this.victim = random.nextBoolean() ? victim : Victim.NONE;
    }

    /** What was done, in words; empty when the upgrade ended before it came to the chosen state. */
    String deed() {
        return victim == Victim.NONE || !done
                ? ""
                : ", the %s was killed %d ms after %s".formatted(victim, after.toMillis(), state);
    }

    /** Told the upgrade's events, of which the chosen one is the sign. */
    void see(UpgradeEvent event) {
        if (!done && !event.getCycleId().isEmpty() && event.getState().equals(state)) {
            done = true;
            kill = CompletableFuture.runAsync(this::kill, thread);
        }
    }

    private void kill() {
        try {
            Thread.sleep(after);
            switch (victim) {
                case AGENT -> installation.killAgent(host);
                case MANAGER -> installation.killManager();
                case NONE -> {}
            }
        } catch (IOException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits until what was killed is back.
     *
     * @throws IOException when it does not come back
     */
    void await() throws IOException {
        try {
            kill.join();
        } catch (CompletionException e) {
            throw new IOException("the " + victim + " did not come back: " + e.getMessage(), e);
        }
    }
}
