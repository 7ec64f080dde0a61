package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.AgentImages;
import dev.holdfast.manager.fleet.Command;
import dev.holdfast.manager.fleet.CommandSource;
import dev.holdfast.manager.store.CycleRow;
import dev.holdfast.manager.store.CycleState;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.DueRow;
import dev.holdfast.manager.store.ImageRow;
import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.manager.store.ProcessState;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.proto.agent.v1.AbortCycle;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.StartCycle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which cycle a host is to go through now: one at a time, in the order in which they were planned. Those whose old servers
 * linger go on beside it.
 */
public final class CycleCommands implements CommandSource {
    private final Database database;
    private final Bell bell;

    public CycleCommands(Database database, Bell bell) {
        this.database = database;
        this.bell = bell;
    }

    @Override
    public List<Command> pending(UUID hostId) {
        List<Command> all = new ArrayList<>();
        for (CycleRow lingering : database.ask(tx -> tx.cycles().lingering(hostId))) {
            all.addAll(database.ask(tx -> begin(tx, lingering.upgradeId(), lingering.id())));
        }
        all.addAll(ofTurn(hostId));
        return all;
    }

    /** Whose turn it is on a host is decided when it is told. */
    @Override
    public Map<UUID, Set<String>> due(Transaction tx, @Nullable Collection<UUID> hosts) {
        Map<UUID, Set<String>> keys = new HashMap<>();
        for (DueRow due : tx.cycles().due(hosts)) {
            Set<String> ofHost = keys.computeIfAbsent(due.hostId(), _ -> new HashSet<>());
            ofHost.add((due.begun() ? "cycle " : "turn ") + due.id());
            if (due.ending()) {
                ofHost.add("abort " + due.id());
            }
        }
        return keys;
    }

    private List<Command> ofTurn(UUID hostId) {
        Optional<CycleRow> turn = findTurn(hostId);
        while (turn.isPresent()) {
            CycleRow cycle = turn.get();
            List<Command> commands = database.ask(tx -> begin(tx, cycle.upgradeId(), cycle.id()));
            if (!commands.isEmpty()) {
                return commands;
            }
            bell.ring();
            turn = findTurn(hostId);
        }
        return List.of();
    }

    private Optional<CycleRow> findTurn(UUID hostId) {
        return database.ask(tx -> tx.cycles().findTurn(hostId));
    }

    /** Empty when the cycle is over, has to be given up before it began, or cannot begin yet after all. */
    private static List<Command> begin(Transaction tx, UUID upgradeId, UUID cycleId) {
        tx.upgrades().lock(upgradeId);
        CycleRow cycle = tx.cycles().find(cycleId).orElseThrow();
        if (cycle.state().isFinal()) {
            return List.of();
        }
        ImageRow image = tx.images().get(cycle.toImageId());
        if (cycle.startTime() == null) {
            ProcessRow process = tx.processes().lock(cycle.processId()).orElseThrow();
            if (process.state().isBeforeRunning()) {
                return List.of();
            }
            if (process.state() != ProcessState.RUNNING) {
                String why = "the server process was " + process.state().column() + " when its turn came";
                String detail = process.detail().isEmpty() ? "" : ": " + process.detail();
                CycleEnd.end(tx, cycle, CycleState.ABORTED, why + detail, Instant.now());
                return List.of();
            }
            tx.cycles().begin(cycle.id());
            tx.images().addHost(image, cycle.hostId());
        }
        StartCycle start = StartCycle.newBuilder()
                .setCycleId(cycle.id().toString())
                .setProcessId(cycle.processId().toString())
                .setImage(AgentImages.message(image))
                .build();
        Command begin = new Command(
                "cycle " + cycle.id(),
                ConnectResponse.newBuilder().setStartCycle(start).build());
        String undo = cycle.undoReason();
        return undo == null ? List.of(begin) : List.of(begin, abort(cycle, undo));
    }

    /** Sent after the beginning, which may not have arrived yet: an agent that knows the cycle ignores that. */
    private static Command abort(CycleRow cycle, String reason) {
        AbortCycle abort = AbortCycle.newBuilder()
                .setCycleId(cycle.id().toString())
                .setReason(reason)
                .build();
        return new Command(
                "abort " + cycle.id(),
                ConnectResponse.newBuilder().setAbortCycle(abort).build());
    }
}
