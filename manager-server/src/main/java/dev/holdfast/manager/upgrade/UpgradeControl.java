package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.ImageName;
import dev.holdfast.manager.fleet.Lookup;
import dev.holdfast.manager.fleet.Resolution;
import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.Ids;
import dev.holdfast.manager.store.ImageRow;
import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.manager.store.Topic;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.manager.store.UpgradeRow;
import dev.holdfast.manager.store.UpgradeState;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Decides that upgrades start. */
public final class UpgradeControl {
    private final Database database;
    private final UpgradeCheck check;
    private final Bell bell;

    public UpgradeControl(Database database, UpgradeCheck check, Bell bell) {
        this.database = database;
        this.check = check;
        this.bell = bell;
    }

    /**
     * Asks the agents whether it can be done, makes the upgrade and its cycles durable, then tells the agents. The same
     * request id twice is the same upgrade, and nobody is asked again.
     *
     * @return the upgrade's id
     * @throws RefusedException if something that it names is missing, an upgrade of the image runs, or a server process
     *     cannot be upgraded
     */
    public UUID start(ImageName image, @Nullable UUID requestId) {
        Optional<UUID> known = database.ask(tx -> findOrRefuse(tx, image, requestId));
        if (known.isPresent()) {
            return known.get();
        }
        Optional<RefusedException> refusal = CheckRefusal.of(image, check.ask(image));
        if (refusal.isPresent()) {
            // The same request at the same time may have been faster, and be what the agents speak of.
            return database.ask(tx -> find(tx, image, requestId)).orElseThrow(refusal::get);
        }
        UUID id = insert(image, requestId);
        bell.ring();
        return id;
    }

    /** Nobody is asked in vain. */
    private static Optional<UUID> findOrRefuse(Transaction tx, ImageName name, @Nullable UUID requestId) {
        ImageRow image = Lookup.image(tx, name);
        // In this order: what runs may be what the same request made just now.
        Optional<UpgradeRow> running = tx.upgrades().findRunning(image.tenantId(), image.name());
        Optional<UUID> known = find(tx, name, requestId);
        if (known.isEmpty()) {
            running.ifPresent(UpgradeControl::refuse);
        }
        return known;
    }

    private UUID insert(ImageName image, @Nullable UUID requestId) {
        try {
            return database.ask(tx -> findOrInsert(tx, image, requestId));
        } catch (UnableToExecuteStatementException e) {
            if (requestId == null || !Database.isDuplicate(e)) {
                throw e;
            }
            // The same request id, for another tenant at the same time, was faster.
            return database.ask(tx -> find(tx, image, requestId).orElseThrow(() -> e));
        }
    }

    private static UUID findOrInsert(Transaction tx, ImageName name, @Nullable UUID requestId) {
        ImageRow image = Lookup.image(tx, name);
        // Starts for one tenant come one after the other, so that each sees what the one before it made.
        tx.tenants().lock(image.tenantId());
        return find(tx, name, requestId).orElseGet(() -> insert(tx, image, requestId));
    }

    private static Optional<UUID> find(Transaction tx, ImageName name, @Nullable UUID requestId) {
        if (requestId == null) {
            return Optional.empty();
        }
        Optional<UpgradeRow> found = tx.upgrades().findRequest(requestId);
        found.filter(upgrade ->
                        !name.equals(new ImageName(upgrade.tenant(), upgrade.imageName(), upgrade.imageVersion())))
                .ifPresent(upgrade -> {
                    throw RefusedException.invalid(
                            "request_id",
                            "request id " + requestId + " was used for upgrade " + upgrade.id() + " of "
                                    + upgrade.imageName() + " to " + upgrade.imageVersion()
                                    + "; a new request needs a new one");
                });
        return found.map(UpgradeRow::id);
    }

    private static UUID insert(Transaction tx, ImageRow image, @Nullable UUID requestId) {
        tx.upgrades().findRunning(image.tenantId(), image.name()).ifPresent(UpgradeControl::refuse);
        UUID id = Ids.next();
        tx.upgrades().insert(id, requestId, image);
        List<ProcessRow> plan = Planner.plan(Resolution.of(tx, image.tenantId(), image.name()), image);
        if (plan.isEmpty()) {
            tx.upgrades().end(id, UpgradeState.DONE);
            tx.events().insert(id, null, null, UpgradeState.DONE.column(), nothingToDo(image));
            return id;
        }
        long hosts = plan.stream().map(ProcessRow::hostId).distinct().count();
        String extent = "%d %s on %d %s"
                .formatted(plan.size(), plan.size() == 1 ? "cycle" : "cycles", hosts, hosts == 1 ? "host" : "hosts");
        tx.events().insert(id, null, null, UpgradeState.RUNNING.column(), extent);
        for (ProcessRow process : plan) {
            UUID cycle = Ids.next();
            tx.cycles().insert(cycle, id, process.id());
            tx.wakes().add(Topic.HOSTS, process.hostId());
            tx.events().insert(id, cycle, null, "queued", "from version " + process.imageVersion());
        }
        return id;
    }

    private static String nothingToDo(ImageRow image) {
        return "nothing to upgrade: no server process of " + image.name() + " runs another version than "
                + image.version();
    }

    private static void refuse(UpgradeRow running) {
        throw RefusedException.unmet(
                "UPGRADE_RUNNING",
                "upgrade/" + running.id(),
                "upgrade " + running.id() + " of " + running.imageName() + " to version " + running.imageVersion()
                        + " is running; wait for its end: holdfast upgrade watch " + running.id()
                        + ", or abort it: holdfast upgrade abort " + running.id());
    }
}
