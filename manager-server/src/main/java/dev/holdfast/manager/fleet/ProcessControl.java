package dev.holdfast.manager.fleet;

import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.manager.store.CycleRow;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.HostRow;
import dev.holdfast.manager.store.Ids;
import dev.holdfast.manager.store.ImageRow;
import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.manager.store.ProcessState;
import dev.holdfast.manager.store.Topic;
import dev.holdfast.manager.store.Transaction;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Decides that server processes start and stop, and tells the agents. */
public final class ProcessControl {
    private final Database database;

    public ProcessControl(Database database) {
        this.database = database;
    }

    /**
     * Makes a requested process; the same request id twice is the same process.
     *
     * @throws RefusedException if something that it names is missing, or the host is not the tenant's
     */
    public ProcessRow start(ImageName image, String host, @Nullable UUID requestId) {
        try {
            return database.ask(
                    tx -> find(tx, image, host, requestId).orElseGet(() -> insert(tx, image, host, requestId)));
        } catch (UnableToExecuteStatementException e) {
            if (requestId == null || !Database.isDuplicate(e)) {
                throw e;
            }
            // The same request at the same time was faster.
            return database.ask(tx -> find(tx, image, host, requestId).orElseThrow(() -> e));
        }
    }

    private static Optional<ProcessRow> find(Transaction tx, ImageName image, String host, @Nullable UUID requestId) {
        if (requestId == null) {
            return Optional.empty();
        }
        Optional<ProcessRow> found = tx.processes().findRequest(requestId);
        found.filter(process -> !process.tenant().equals(image.tenant())
                        || !process.imageName().equals(image.name())
                        || !process.host().equals(host)
                        || !tx.processes().requestedVersion(requestId).equals(image.version()))
                .ifPresent(process -> {
                    throw RefusedException.invalid(
                            "request_id",
                            "request id " + requestId + " was used for process " + process.id() + " of "
                                    + process.imageName() + " version "
                                    + tx.processes().requestedVersion(requestId) + " on " + process.host()
                                    + "; a new request needs a new one");
                });
        return found;
    }

    private static ProcessRow insert(Transaction tx, ImageName name, String hostName, @Nullable UUID requestId) {
        ImageRow image = Lookup.image(tx, name);
        HostRow host = Lookup.host(tx, hostName);
        if (!host.tenants().contains(image.tenant())) {
            throw RefusedException.unmet(
                    "HOST_NOT_ASSIGNED",
                    "host/" + hostName,
                    "host '" + hostName + "' is not assigned to tenant '" + image.tenant()
                            + "'; assign it with: holdfast" + " host assign " + hostName + " --tenant "
                            + image.tenant());
        }
        UUID id = Ids.next();
        tx.images().addHost(image, host.id());
        tx.processes().insert(id, requestId, image, host.id());
        tx.wakes().add(Topic.HOSTS, host.id());
        return tx.processes().find(id).orElseThrow();
    }

    /**
     * Marks a process to be stopped; one that is over or stopping stays as it is.
     *
     * @throws RefusedException if there is none, or it is in the middle of a cycle
     */
    public ProcessRow stop(UUID id) {
        return database.ask(tx -> {
            ProcessRow process = tx.processes().lock(id).orElseThrow(() -> Lookup.noProcess(id));
            if (process.state().isFinal() || process.state() == ProcessState.STOPPING) {
                return process;
            }
            tx.cycles().findOpen(id).filter(cycle -> cycle.startTime() != null).ifPresent(ProcessControl::refuse);
            tx.processes().stopping(id);
            tx.wakes().add(Topic.HOSTS, process.hostId());
            return tx.processes().find(id).orElseThrow();
        });
    }

    private static void refuse(CycleRow cycle) {
        throw RefusedException.unmet(
                "UPGRADE_RUNNING",
                "upgrade/" + cycle.upgradeId(),
                "upgrade " + cycle.upgradeId() + " is at work on process " + cycle.processId()
                        + "; stop it when the upgrade has ended");
    }
}
