package dev.holdfast.manager.fleet;

import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings commands to the agents of this manager, level-triggered: whatever wakes it, it reads from the rows what is pending.
 * Who is woken together is looked for together, so that hosts for which there is nothing cost next to nothing. A wake that
 * failed, because the database was away, is made good by the next sweep.
 */
public final class Dispatcher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
    private static final Duration SWEEP = Duration.ofSeconds(5);
    private static final int BATCH = 1000;

    private final Database database;
    private final ConnectedAgents agents;
    private final List<CommandSource> sources;
    private final BlockingQueue<UUID> woken = new LinkedBlockingQueue<>();
    /** What has not begun yet is not begun twice. */
    private final Set<Due> queued = ConcurrentHashMap.newKeySet();

    private final ExecutorService sending = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread thread = Thread.ofPlatform().name("dispatch").daemon().unstarted(this::run);

    public Dispatcher(Database database, ConnectedAgents agents, List<CommandSource> sources) {
        this.database = database;
        this.agents = agents;
        this.sources = List.copyOf(sources);
    }

    public void start() {
        thread.start();
    }

    /**
     * Has sent what is pending for a host, if this manager has its agent's stream; to be called after the transaction that
     * made it so. Where another manager may have it, the transaction itself wakes: {@link Transaction#wakes}.
     */
    public void wake(UUID hostId) {
        if (agents.find(hostId).isPresent()) {
            woken.add(hostId);
        }
    }

    /** As {@link #wake}, for every host. */
    public void wakeAll() {
        sweep(null);
    }

    private void run() {
        long swept = System.nanoTime();
        try {
            while (true) {
                UUID first = woken.poll(swept + SWEEP.toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (first != null) {
                    Set<UUID> hosts = new LinkedHashSet<>(List.of(first));
                    woken.drainTo(hosts, BATCH);
                    sweep(hosts);
                }
                if (System.nanoTime() - swept >= SWEEP.toNanos()) {
                    sweep(null);
                    swept = System.nanoTime();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sweep(@Nullable Collection<UUID> hosts) {
        List<Due> all = new ArrayList<>();
        for (CommandSource source : sources) {
            try {
                all.addAll(due(source, hosts));
            } catch (RuntimeException e) {
                log.warn("what agents are to do is looked for at the next try: {}", e.toString());
            }
        }
        all.stream().filter(queued::add).forEach(due -> sending.execute(() -> dispatch(due)));
    }

    private record Due(AgentSession session, CommandSource source) {}

    private List<Due> due(CommandSource source, @Nullable Collection<UUID> hosts) {
        return database.ask(tx -> source.due(tx, hosts)).entrySet().stream()
                .flatMap(host -> unsent(source, host).stream())
                .toList();
    }

    private Optional<Due> unsent(CommandSource source, Map.Entry<UUID, Set<String>> host) {
        return agents.find(host.getKey())
                .filter(session -> !session.hasSent(source, host.getValue()))
                .map(session -> new Due(session, source));
    }

    private void dispatch(Due due) {
        queued.remove(due);
        try {
            due.session().dispatch(due.source());
        } catch (RuntimeException e) {
            log.warn("commands for {} wait for the next try: {}", due.session().hostName(), e.toString());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        sending.shutdownNow();
    }
}
