package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.Uuids;
import dev.holdfast.manager.store.CycleEvent;
import dev.holdfast.manager.store.CycleRow;
import dev.holdfast.manager.store.CycleState;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.Transaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what many agents said of their cycles. */
final class ProgressWrites {
    private static final Logger log = LoggerFactory.getLogger(ProgressWrites.class);

    private final Database database;

    ProgressWrites(Database database) {
        this.database = database;
    }

    private record Known(CycleRow cycle, Said said) {}

    /** Each upgrade in a transaction of its own: what is said of others does not wait longer than for one that is locked. */
    void write(List<Said> all) {
        Map<UUID, CycleRow> cycles = database.ask(tx -> rows(
                tx,
                all.stream().flatMap(said -> Uuids.parse(said.cycle()).stream()).toList()));
        all.stream()
                .flatMap(said -> known(cycles, said).stream())
                .collect(Collectors.groupingBy(known -> known.cycle().upgradeId()))
                .forEach((upgrade, known) -> database.run(tx -> {
                    tx.upgrades().lock(upgrade);
                    write(tx, upgrade, known);
                }));
    }

    private static Map<UUID, CycleRow> rows(Transaction tx, Collection<UUID> ids) {
        return tx.cycles().find(ids).stream().collect(Collectors.toMap(CycleRow::id, Function.identity()));
    }

    private static Optional<Known> known(Map<UUID, CycleRow> cycles, Said said) {
        Optional<Known> known = Uuids.parse(said.cycle())
                .map(cycles::get)
                .filter(cycle -> cycle.hostId().equals(said.session().hostId()))
                .map(cycle -> new Known(cycle, said));
        if (known.isEmpty()) {
            log.warn(
                    "{} reports a cycle that it was not asked for: {}",
                    said.session().hostName(),
                    said.cycle());
        }
        return known;
    }

    /** One that is over is not opened again, and what was written is not written twice. */
    private static void write(Transaction tx, UUID upgrade, List<Known> all) {
        Map<UUID, CycleRow> now =
                rows(tx, all.stream().map(known -> known.cycle().id()).toList());
        Map<UUID, CycleState> states = new LinkedHashMap<>();
        List<CycleEvent> events = new ArrayList<>();
        for (Known known : all) {
            CycleRow cycle = now.getOrDefault(known.cycle().id(), known.cycle());
            Said said = known.said();
            if (cycle.isUnderway() && states.getOrDefault(cycle.id(), cycle.state()) != said.state()) {
                states.put(cycle.id(), said.state());
                events.add(new CycleEvent(cycle.id(), said.time(), said.state().column(), said.detail()));
            }
        }
        if (!events.isEmpty()) {
            tx.cycles().progress(states);
            tx.events().insert(upgrade, events);
        }
    }
}
