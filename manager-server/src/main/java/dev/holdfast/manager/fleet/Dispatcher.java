package dev.holdfast.manager.fleet;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings commands to agents, level-triggered: whatever wakes it, it reads from the rows what is pending. A wake that
 * failed, because the database was away, is made good by the next sweep.
 */
public final class Dispatcher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
    private static final Duration SWEEP = Duration.ofSeconds(5);

    private final ConnectedAgents agents;
    private final List<CommandSource> sources;
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("sweep").daemon().factory());

    public Dispatcher(ConnectedAgents agents, List<CommandSource> sources) {
        this.agents = agents;
        this.sources = List.copyOf(sources);
    }

    public void start() {
        var _ = sweeper.scheduleWithFixedDelay(
                () -> agents.all().forEach(this::dispatch), SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Sends what is pending for a host, if its agent is connected. Call it after the transaction that made it so. */
    public void wake(UUID hostId) {
        agents.find(hostId).ifPresent(this::dispatch);
    }

    private void dispatch(AgentSession session) {
        for (CommandSource source : sources) {
            try {
                session.dispatch(source);
            } catch (RuntimeException e) {
                log.warn("commands for {} wait for the next try: {}", session.hostName(), e.toString());
            }
        }
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
    }
}
