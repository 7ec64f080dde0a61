package dev.holdfast.manager.api;

import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.Heard;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says something to every agent every few seconds: one that hears nothing for nine takes its manager for dead. gRPC's own
 * probes cannot do it: a server sends none before ten seconds have passed, whatever it is told.
 */
public final class Pulse implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Pulse.class);
    private static final Duration BEAT = Duration.ofSeconds(4);
    private static final ConnectResponse HEARD =
            ConnectResponse.newBuilder().setHeard(Heard.getDefaultInstance()).build();

    private final Set<GrpcAgentLink> links = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("pulse").daemon().factory());

    public Pulse() {
        var _ = beats.scheduleWithFixedDelay(this::beat, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** From now on, for as long as it is open. */
    void add(GrpcAgentLink link) {
        links.add(link);
    }

    private void beat() {
        links.removeIf(link -> !link.isOpen());
        links.forEach(Pulse::beat);
    }

    /** One that breaks just now must not keep the others from hearing anything ever again. */
    private static void beat(GrpcAgentLink link) {
        try {
            link.send(HEARD);
        } catch (RuntimeException e) {
            log.debug("an agent's stream broke", e);
        }
    }

    @Override
    public void close() {
        beats.shutdownNow();
    }
}
