package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.output.Output;
import dev.holdfast.proto.admin.v1.GetUpgradeRequest;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import dev.holdfast.proto.admin.v1.WatchUpgradeRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * Follows an upgrade to its end. An upgrade outlives its manager: when that goes away it is waited for, and the events go
 * on where they stopped.
 */
final class Follower {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final Manager manager;
    private final Output out;
    private long lastEvent;

    Follower(Manager manager, Output out) {
        this.manager = manager;
        this.out = out;
    }

    /** Gives the upgrade as it ended. */
    Upgrade follow(String id, Consumer<UpgradeEvent> onEvent) throws InterruptedException {
        long givenUp = System.nanoTime() + PATIENCE.toNanos();
        boolean away = false;
        while (true) {
            long before = lastEvent;
            try {
                return watch(id, onEvent);
            } catch (StatusRuntimeException e) {
                boolean progress = lastEvent > before;
                boolean never = lastEvent == 0 && !away;
                if (e.getStatus().getCode() != Status.Code.UNAVAILABLE || never) {
                    throw e;
                }
                givenUp = progress ? System.nanoTime() + PATIENCE.toNanos() : givenUp;
                if (System.nanoTime() > givenUp) {
                    throw e;
                }
                if (!away || progress) {
                    out.warn("the manager at " + manager.address() + " is away; waiting for it, the upgrade goes on");
                }
                away = true;
            }
            Thread.sleep(RETRY);
            manager.seek();
        }
    }

    private Upgrade watch(String id, Consumer<UpgradeEvent> onEvent) {
        Iterator<UpgradeEvent> events = manager.upgradeWatches()
                .watchUpgrade(WatchUpgradeRequest.newBuilder()
                        .setId(id)
                        .setAfterEvent(lastEvent)
                        .build());
        while (events.hasNext()) {
            UpgradeEvent event = events.next();
            lastEvent = event.getId();
            onEvent.accept(event);
            if (event.hasUpgrade()) {
                return event.getUpgrade();
            }
        }
        return manager.upgrades()
                .getUpgrade(GetUpgradeRequest.newBuilder().setId(id).build());
    }
}
