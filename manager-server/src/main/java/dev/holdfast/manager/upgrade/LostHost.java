package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.Lookup;
import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.manager.store.CycleRow;
import dev.holdfast.manager.store.CycleState;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.HostRow;
import dev.holdfast.manager.store.ProcessDetail;
import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.manager.store.ProcessState;
import dev.holdfast.manager.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Gives up hosts that do not come back, so that nothing waits for them. */
public final class LostHost {
    private final Database database;
    private final Rollouts rollouts;
    private final Bell bell;

    public LostHost(Database database, Rollouts rollouts, Bell bell) {
        this.database = database;
        this.rollouts = rollouts;
        this.bell = bell;
    }

    /** What was waited for until now. */
    public record Ended(List<UUID> processes, List<UUID> upgrades) {}

    /**
     * Ends the host's cycles and server processes. Forgetting one twice is allowed.
     *
     * @throws RefusedException if there is no such host, or its agent is connected
     */
    public Ended forget(String name) {
        HostRow host = database.ask(tx -> tx.hosts().findAny(name).orElseGet(() -> Lookup.host(tx, name)));
        Ended ended = database.ask(tx -> forget(tx, host));
        bell.ring();
        ended.upgrades().forEach(rollouts::advance);
        return ended;
    }

    /** What others lock is locked in their order: an upgrade that starts meanwhile sees no process of this host any more. */
    private static Ended forget(Transaction tx, HostRow host) {
        host.tenants()
                .forEach(tenant -> tx.tenants().lock(Lookup.tenant(tx, tenant).id()));
        mustBeAway(tx.hosts().lock(host.id()));
        tx.hosts().forget(host.id());
        List<UUID> upgrades = tx.cycles().open(host.id()).stream()
                .map(CycleRow::upgradeId)
                .distinct()
                .sorted()
                .toList();
        upgrades.forEach(tx.upgrades()::lock);
        List<CycleRow> open = tx.cycles().open(host.id());
        open.forEach(cycle -> end(tx, cycle));
        for (UUID upgrade : upgrades) {
            boolean hadBegun =
                    open.stream().anyMatch(cycle -> cycle.upgradeId().equals(upgrade) && cycle.startTime() != null);
            tx.upgradeHosts().end(upgrade, host.id(), "failed", hadBegun ? "failed" : "aborted", "it was given up");
        }
        List<ProcessRow> processes = tx.processes().lockLive(host.id());
        processes.forEach(process -> end(tx, process));
        return new Ended(processes.stream().map(ProcessRow::id).toList(), upgrades);
    }

    /** It is locked: until it is forgotten no agent of it can register, at whatever manager. */
    private static void mustBeAway(HostRow host) {
        if (host.connected()) {
            throw RefusedException.unmet(
                    "HOST_CONNECTED",
                    "host/" + host.name(),
                    "the agent of host '" + host.name() + "' is connected; stop its server processes with holdfast"
                            + " process stop, then the agent, or abort what it is at work on with holdfast upgrade"
                            + " abort");
        }
    }

    private static void end(Transaction tx, CycleRow cycle) {
        String givenUp = "host " + cycle.host() + " was given up";
        if (cycle.startTime() == null) {
            CycleEnd.end(tx, cycle, CycleState.ABORTED, givenUp + " before it began", Instant.now());
        } else {
            CycleEnd.giveUp(tx, cycle, givenUp + "; what became of its connections is not known");
        }
    }

    private static void end(Transaction tx, ProcessRow process) {
        ProcessState state = switch (process.state()) {
            case REQUESTED, STARTING -> ProcessState.FAILED;
            case STOPPING -> ProcessState.STOPPED;
            case RUNNING, STOPPED, EXITED, FAILED -> ProcessState.EXITED;
        };
        tx.processes().observe(process.id(), state, process.pid(), null, "its host was given up");
        tx.processDetails().replace(process.id(), process.hostId(), ProcessDetail.NONE);
    }
}
