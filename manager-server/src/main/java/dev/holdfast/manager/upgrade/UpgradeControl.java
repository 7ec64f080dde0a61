package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.ImageName;
import dev.holdfast.manager.fleet.Lookup;
import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.manager.rollout.Spec;
import dev.holdfast.manager.rollout.SpecReader;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.Ids;
import dev.holdfast.manager.store.ImageRow;
import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.manager.store.UpgradeRow;
import dev.holdfast.manager.store.UpgradeState;
import dev.holdfast.proto.admin.v1.Rollout;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Decides that upgrades start. */
public final class UpgradeControl {
    private final Database database;
    private final UpgradeCheck check;
    private final Rollouts rollouts;

    public UpgradeControl(Database database, UpgradeCheck check, Rollouts rollouts) {
        this.database = database;
        this.check = check;
        this.rollouts = rollouts;
    }

    /**
     * Asks the agents whether it can be done, makes the upgrade and its cycles durable, then tells the agents. The same
     * request id twice is the same upgrade, and nobody is asked again.
     *
     * @return the upgrade's id
     * @throws RefusedException if something that it names is missing, an upgrade of the image runs, or a server process
     *     cannot be upgraded
     */
    public UUID start(ImageName image, Rollout rollout, @Nullable UUID requestId) {
        Request request = new Request(image, rollout, SpecReader.read(rollout), requestId);
        Optional<UUID> known = database.ask(tx -> findOrRefuse(tx, request));
        if (known.isPresent()) {
            return known.get();
        }
        Optional<RefusedException> refusal = CheckRefusal.of(image, check.ask(image, request.spec()));
        if (refusal.isPresent()) {
            // The same request at the same time may have been faster, and be what the agents speak of.
            return database.ask(tx -> find(tx, request)).orElseThrow(refusal::get);
        }
        UUID id = insert(request);
        rollouts.advance(id);
        return id;
    }

    private record Request(
            ImageName image,
            Rollout rollout,
            Spec spec,
            @Nullable UUID id) {}

    /** Nobody is asked in vain. */
    private static Optional<UUID> findOrRefuse(Transaction tx, Request request) {
        ImageRow image = Lookup.image(tx, request.image());
        // In this order: what runs may be what the same request made just now.
        Optional<UpgradeRow> running = tx.upgrades().findRunning(image.tenantId(), image.name());
        Optional<UUID> known = find(tx, request);
        if (known.isEmpty()) {
            running.ifPresent(UpgradeControl::refuse);
        }
        return known;
    }

    private UUID insert(Request request) {
        try {
            return database.ask(tx -> findOrInsert(tx, request));
        } catch (UnableToExecuteStatementException e) {
            if (request.id() == null || !Database.isDuplicate(e)) {
                throw e;
            }
            // The same request id, for another tenant at the same time, was faster.
            return database.ask(tx -> find(tx, request).orElseThrow(() -> e));
        }
    }

    private static UUID findOrInsert(Transaction tx, Request request) {
        ImageRow image = Lookup.image(tx, request.image());
        // Starts for one tenant come one after the other, so that each sees what the one before it made.
        tx.tenants().lock(image.tenantId());
        return find(tx, request).orElseGet(() -> insert(tx, image, request));
    }

    private static Optional<UUID> find(Transaction tx, Request request) {
        if (request.id() == null) {
            return Optional.empty();
        }
        Optional<UpgradeRow> found = tx.upgrades().findRequest(request.id());
        found.filter(upgrade -> !isSame(upgrade, request)).ifPresent(upgrade -> {
            throw RefusedException.invalid(
                    "request_id",
                    "request id " + request.id() + " was used for upgrade " + upgrade.id() + " of "
                            + upgrade.imageName() + " to " + upgrade.imageVersion()
                            + (request.image().equals(image(upgrade)) ? ", with another rollout" : "")
                            + "; a new request needs a new one");
        });
        return found.map(UpgradeRow::id);
    }

    private static boolean isSame(UpgradeRow upgrade, Request request) {
        return request.image().equals(image(upgrade)) && request.rollout().equals(Specs.message(upgrade));
    }

    private static ImageName image(UpgradeRow upgrade) {
        return new ImageName(upgrade.tenant(), upgrade.imageName(), upgrade.imageVersion());
    }

    private static UUID insert(Transaction tx, ImageRow image, Request request) {
        tx.upgrades().findRunning(image.tenantId(), image.name()).ifPresent(UpgradeControl::refuse);
        UUID id = Ids.next();
        tx.upgrades().insert(id, request.id(), image, Specs.json(request.rollout()));
        Plan plan = Plan.of(tx, image, request.spec());
        if (plan.hosts().isEmpty()) {
            tx.upgrades().end(id, UpgradeState.DONE);
            tx.events().insert(id, null, null, UpgradeState.DONE.column(), nothingToDo(image));
            return id;
        }
        List<UUID> processes = plan.processes().stream().map(ProcessRow::id).toList();
        String extent = "%s on %s in %s"
                .formatted(
                        count(processes.size(), "cycle"),
                        count(plan.hosts().size(), "host"),
                        count(plan.waves(), "wave"));
        tx.events().insert(id, null, null, UpgradeState.RUNNING.column(), extent);
        tx.waves().insert(id, plan.waves());
        tx.upgradeHosts()
                .insert(
                        id,
                        plan.hosts().stream().map(entry -> entry.host().id()).toList(),
                        plan.hosts().stream().map(Plan.Entry::wave).toList());
        tx.cycles().insert(id, processes.stream().map(_ -> Ids.next()).toList(), processes);
        tx.events().insertQueued(id);
        return id;
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
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
