package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.gate.GateQuery;
import dev.holdfast.manager.rollout.Spec.Query;
import dev.holdfast.manager.rollout.Step;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.HostRow;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.manager.store.UpgradeRow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the queries that upgrades wait for, now and then, and writes down what they say. No transaction waits for them. */
public final class GateQueries implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GateQueries.class);
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final Database database;
    private final GateQuery query = new GateQuery();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    /** When each is due again; those of upgrades that are over are dropped with time. */
    private final Map<Target, Long> due = new ConcurrentHashMap<>();

    public GateQueries(Database database) {
        this.database = database;
    }

    /** Of a host, or of a wave as a whole. */
    private record Target(UUID upgrade, @Nullable UUID host, int wave) {}

    /** Returns at once. What was asked a moment ago is not asked again. */
    void ask(UpgradeRow upgrade, Step step) {
        long now = System.nanoTime();
        due.values().removeIf(time -> now - time > EVERY.toNanos());
        step.askHosts().forEach(host -> ask(upgrade, new Target(upgrade.id(), host, 0)));
        step.askWave().ifPresent(wave -> ask(upgrade, new Target(upgrade.id(), null, wave)));
    }

    private void ask(UpgradeRow upgrade, Target target) {
        long now = System.nanoTime();
        Long time = due.get(target);
        if (time == null || now - time >= 0) {
            due.put(target, now + EVERY.toNanos());
            var _ = executor.submit(() -> run(upgrade, target));
        }
    }

    private void run(UpgradeRow upgrade, Target target) {
        try {
            List<Query> queries = Specs.of(upgrade).health().queries().stream()
                    .filter(each -> each.namesHost() == (target.host() != null))
                    .toList();
            Optional<HostRow> host =
                    database.ask(tx -> Optional.ofNullable(target.host()).map(tx.hosts()::get));
            String name = host.map(HostRow::name).orElse("");
            String address =
                    host.flatMap(row -> row.addresses().stream().findFirst()).orElse("");
            Optional<String> wrong = Optional.empty();
            for (Query each : queries) {
                wrong = wrong.isPresent() ? wrong : query.ask(each, name, address);
            }
            write(target, wrong);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("a query of upgrade {} is asked again: {}", target.upgrade(), e.toString());
        }
    }

    private void write(Target target, Optional<String> wrong) {
        database.run(tx -> {
            tx.upgrades().lock(target.upgrade());
            write(tx, target, wrong.isEmpty(), wrong.orElse(""));
            tx.upgrades().wake(target.upgrade());
        });
    }

    private static void write(Transaction tx, Target target, boolean holds, String detail) {
        if (target.host() == null) {
            tx.waves().gate(target.upgrade(), target.wave(), holds, detail);
        } else {
            tx.upgradeHosts().gate(target.upgrade(), target.host(), holds, detail);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
