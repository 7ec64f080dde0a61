package dev.holdfast.acceptance.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** An upgrade that is watched while other things are done. */
record Course(String id, Queue<String> states, CompletableFuture<Upgrade> end) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static Course of(Installation installation, String id) {
        Queue<String> states = new ConcurrentLinkedQueue<>();
        return new Course(
                id,
                states,
                CompletableFuture.supplyAsync(
                        () -> installation.admin().watch(id, event -> states.add(event.getState())),
                        task -> Thread.ofVirtual().start(task)));
    }

    void await(String state) {
        Awaitility.await().atMost(PATIENCE).until(() -> states.contains(state) || end.isDone());
        assertThat(states)
                .as(() -> end.getNow(Upgrade.getDefaultInstance()).toString())
                .contains(state);
    }

    Upgrade awaitEnd() throws Exception {
        return end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
