package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.Uuids;
import dev.holdfast.manager.store.CycleRow;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.Transaction;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what many agents say of their cycles at the same time, the same kind of it. */
final class Sayings<T extends Saying> {
    private static final Logger log = LoggerFactory.getLogger(Sayings.class);

    private final Database database;
    private final Writer<T> writer;

    Sayings(Database database, Writer<T> writer) {
        this.database = database;
        this.writer = writer;
    }

    /** Writes what is said of one upgrade. */
    interface Writer<T extends Saying> {
        /** The upgrade is locked, and its cycles are as they are now. */
        void write(Transaction tx, UUID upgrade, List<Known<T>> all);
    }

    /** Of a cycle that there is. */
    record Known<T extends Saying>(CycleRow cycle, T said) {}

    /** Each upgrade in a transaction of its own: what is said of others does not wait longer than for one that is locked. */
    void write(List<T> all) {
        Map<UUID, CycleRow> cycles = database.ask(tx -> rows(
                tx,
                all.stream().flatMap(said -> Uuids.parse(said.cycle()).stream()).toList()));
        all.stream()
                .flatMap(said -> known(cycles, said).stream())
                .collect(Collectors.groupingBy(known -> known.cycle().upgradeId()))
                .forEach((upgrade, known) -> database.run(tx -> {
                    tx.upgrades().lock(upgrade);
                    writer.write(tx, upgrade, now(tx, known));
                }));
    }

    private static Map<UUID, CycleRow> rows(Transaction tx, Collection<UUID> ids) {
        return tx.cycles().find(ids).stream().collect(Collectors.toMap(CycleRow::id, Function.identity()));
    }

    private Optional<Known<T>> known(Map<UUID, CycleRow> cycles, T said) {
        Optional<Known<T>> known = Uuids.parse(said.cycle())
                .map(cycles::get)
                .filter(cycle -> cycle.hostId().equals(said.session().hostId()))
                .map(cycle -> new Known<>(cycle, said));
        if (known.isEmpty()) {
            log.warn(
                    "{} reports a cycle that it was not asked for: {}",
                    said.session().hostName(),
                    said.cycle());
        }
        return known;
    }

    private List<Known<T>> now(Transaction tx, List<Known<T>> all) {
        Map<UUID, CycleRow> rows =
                rows(tx, all.stream().map(known -> known.cycle().id()).toList());
        return all.stream()
                .map(known -> new Known<>(rows.getOrDefault(known.cycle().id(), known.cycle()), known.said()))
                .toList();
    }
}
