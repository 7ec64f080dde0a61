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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server that is killed wherever its agent calls the kernel while the agent has its connections: at each place once, and once
 * in an upgrade.
 */
final class Exposed implements Assault {
    private static final Duration LOOK_EVERY = Duration.ofMillis(1);

    private final Installation installation;
    private final String host;
    private final Holds holds;
    private final Deaths deaths;
    private final List<Blow> fallen = new ArrayList<>();
    private boolean waits;
    private CompletableFuture<@Nullable Void> work = CompletableFuture.completedFuture(null);
    private volatile boolean over;

    Exposed(Installation installation, String host, Holds holds, Deaths deaths) {
        this.installation = installation;
        this.host = host;
        this.holds = holds;
        this.deaths = deaths;
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        fallen.clear();
        deaths.waits(true);
        if (!waits) {
            waits = true;
            installation.stopAgent(host);
            installation.startAgent(
                    host,
                    Stream.concat(Stream.of(holds.option()), deaths.waitingOptions().stream())
                            .toList());
        }
    }

    @Override
    public void follow(JournalCopy journal) {
        over = false;
        work = CompletableFuture.runAsync(() -> strike(journal), Executors.newVirtualThreadPerTaskExecutor());
    }

    private void strike(JournalCopy journal) {
        try {
            while (!over) {
                deaths.waitsAt().ifPresent(place -> strike(place, journal));
                Thread.sleep(LOOK_EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void strike(String place, JournalCopy journal) {
        boolean killed = journal.serverInHand().stream()
                .mapToObj(ProcessHandle::of)
                .anyMatch(server -> server.map(ProcessHandle::destroyForcibly).orElse(false));
        if (killed) {
            fallen.add(new Blow(Victim.SERVER, place, Duration.ZERO));
            deaths.waits(false);
        }
        deaths.goOn(killed);
    }

    @Override
    public List<Blow> await() throws IOException {
        over = true;
        deaths.waits(false);
        deaths.goOn(false);
        try {
            work.join();
        } catch (CompletionException e) {
            throw new IOException("the server could not be killed: " + e.getMessage(), e);
        }
        return List.copyOf(fallen);
    }
}
