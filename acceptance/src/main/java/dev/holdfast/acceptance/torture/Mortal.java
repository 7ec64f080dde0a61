package dev.holdfast.acceptance.torture;

import dev.holdfast.acceptance.process.Deaths;
import dev.holdfast.acceptance.process.Holds;
import dev.holdfast.acceptance.process.Installation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * An agent that dies wherever its cycles call the kernel, at each place once, and is started again at once. What is left of a
 * cycle gets no further in an upgrade than its deaths let it, so there are only so many in each.
 */
final class Mortal implements Assault {
    private static final int MOST_IN_AN_UPGRADE = 8;
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    private final Installation installation;
    private final String host;
    private final Holds holds;
    private final Deaths deaths;
    private int before;
    /** Whether the agent that runs is one that dies. */
    private boolean mortal;

    private CompletableFuture<@Nullable Void> work = CompletableFuture.completedFuture(null);
    private volatile boolean over;

    Mortal(Installation installation, String host, Holds holds, Deaths deaths) {
        this.installation = installation;
        this.host = host;
        this.holds = holds;
        this.deaths = deaths;
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        before = deaths.places().size();
        if (!mortal) {
            installation.stopAgent(host);
        }
        installation.reviveAgent(host, this::options);
    }

    private List<String> options() {
        mortal = died().size() < MOST_IN_AN_UPGRADE;
        List<String> options = new ArrayList<>(List.of(holds.option()));
        if (mortal) {
            options.addAll(deaths.options());
        }
        return options;
    }

    /** Where it has died in this upgrade. */
    private List<String> died() {
        List<String> places = deaths.places();
        return places.subList(before, places.size());
    }

    @Override
    public void follow(JournalCopy journal) {
        over = false;
        work = CompletableFuture.runAsync(this::keepAlive, Executors.newVirtualThreadPerTaskExecutor());
    }

    private void keepAlive() {
        try {
            while (!over) {
                if (installation.awaitAgentEnd(host, LOOK_EVERY)) {
                    installation.reviveAgent(host, this::options);
                }
            }
        } catch (IOException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public List<Blow> await() throws IOException {
        over = true;
        try {
            work.join();
        } catch (CompletionException e) {
            throw new IOException("the agent did not come back: " + e.getMessage(), e);
        }
        return died().stream()
                .map(place -> new Blow(Victim.AGENT, place, Duration.ZERO))
                .toList();
    }
}
