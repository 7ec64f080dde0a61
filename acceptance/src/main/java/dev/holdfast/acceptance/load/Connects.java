package dev.holdfast.acceptance.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Connects clients, a few at a time. */
final class Connects {
    private final Loop loop;
    private final List<Client> waiting;
    private final boolean asking;
    private final CompletableFuture<@Nullable Void> all = new CompletableFuture<>();
    private int missing;

    /**
     * Takes the clients in their order.
     *
     * @param asking whether a client's turn is over only when its first request was answered
     */
    Connects(Loop loop, List<Client> clients, boolean asking) {
        this.loop = loop;
        this.waiting = new ArrayList<>(clients.reversed());
        this.asking = asking;
        this.missing = clients.size();
    }

    CompletableFuture<@Nullable Void> run(int atOnce) {
        loop.run(() -> {
            if (missing == 0) {
                all.complete(null);
            }
            for (int i = 0; i < atOnce; i++) {
                next();
            }
        });
        return all;
    }

    private void next() {
        if (waiting.isEmpty()) {
            return;
        }
        Client client = waiting.removeLast();
        var _ = loop.connect(client).addListener(connected -> {
            if (asking) {
                client.ask();
            }
            var _ = client.quiet().thenRun(this::done);
        });
    }

    private void done() {
        missing--;
        next();
        if (missing == 0) {
            all.complete(null);
        }
    }
}
