package dev.holdfast.manager.fleet;

import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.ProcessDetail;
import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.manager.store.ProcessState;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.proto.agent.v1.ProcessTable;
import dev.holdfast.proto.agent.v1.ServerProcess;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the union of the agents' process tables. What an agent sees is the truth; what was asked for is not forgotten. */
public final class ProcessTables {
    private static final Logger log = LoggerFactory.getLogger(ProcessTables.class);

    private final Database database;
    private final ConnectedAgents agents;

    public ProcessTables(Database database, ConnectedAgents agents) {
        this.database = database;
        this.agents = agents;
    }

    /** Writes a whole process table. One that comes from a stream that was replaced is ignored. */
    public void update(AgentSession session, ProcessTable table) {
        if (!agents.isCurrent(session)) {
            return;
        }
        database.run(tx -> {
            tx.hosts().touch(session.hostId());
            List<ProcessRow> live = tx.processes().lockLive(session.hostId());
            Set<UUID> seen = new HashSet<>();
            for (ServerProcess reported : table.getProcessesList()) {
                find(tx, session, reported).ifPresent(process -> {
                    seen.add(process.id());
                    observe(tx, process, reported);
                });
            }
            live.stream().filter(process -> !seen.contains(process.id())).forEach(process -> missing(tx, process));
        });
    }

    private static Optional<ProcessRow> find(Transaction tx, AgentSession session, ServerProcess reported) {
        Optional<ProcessRow> found = uuid(reported.getProcessId())
                .flatMap(tx.processes()::lock)
                .filter(process -> process.hostId().equals(session.hostId()));
        if (found.isEmpty()) {
            log.warn("{} reports a process that it was not asked for: {}", session.hostName(), reported.getProcessId());
        }
        return found;
    }

    private static void observe(Transaction tx, ProcessRow process, ServerProcess reported) {
        ProcessState state = state(process, reported);
        tx.processes().observe(process.id(), state, reported.getPid(), startTime(reported), reported.getDetail());
        tx.processDetails()
                .replace(process.id(), process.hostId(), state.isFinal() ? ProcessDetail.NONE : detail(reported));
    }

    /** An agent lists what it knows, so one that it was known to have and does not list is gone. */
    private static void missing(Transaction tx, ProcessRow process) {
        switch (process.state()) {
            case STARTING, RUNNING -> end(tx, process, ProcessState.EXITED, "its agent no longer knows it");
            case STOPPING -> end(tx, process, ProcessState.STOPPED, "");
            case REQUESTED, STOPPED, EXITED, FAILED -> {}
        }
    }

    private static void end(Transaction tx, ProcessRow process, ProcessState state, String detail) {
        tx.processes().observe(process.id(), state, process.pid(), null, detail);
        tx.processDetails().replace(process.id(), process.hostId(), ProcessDetail.NONE);
    }

    private static ProcessState state(ProcessRow process, ServerProcess reported) {
        ProcessState seen = switch (reported.getState()) {
            case PROCESS_STATE_RUNNING -> reported.getPid() > 0 ? ProcessState.RUNNING : ProcessState.STARTING;
            case PROCESS_STATE_FAILED -> ProcessState.FAILED;
            case PROCESS_STATE_EXITED -> ProcessState.EXITED;
            case PROCESS_STATE_STOPPED -> ProcessState.STOPPED;
            case PROCESS_STATE_STARTING, PROCESS_STATE_UNSPECIFIED, UNRECOGNIZED -> ProcessState.STARTING;
        };
        return process.state() == ProcessState.STOPPING && !seen.isFinal() ? ProcessState.STOPPING : seen;
    }

    private static ProcessDetail detail(ServerProcess reported) {
        return new ProcessDetail(
                reported.getChildrenList().stream()
                        .map(child -> new ProcessDetail.Child(child.getPid(), child.getCommand()))
                        .toList(),
                reported.getPortsList().stream()
                        .map(port -> new ProcessDetail.Port(
                                port.getAddress(), port.getPort(), port.getInode(), port.getConnections()))
                        .toList(),
                reported.getClientsList().stream()
                        .map(client -> new ProcessDetail.Client(
                                client.getAddress(),
                                null,
                                client.getPid(),
                                client.getCommand(),
                                client.getPortsList(),
                                client.getServerPort()))
                        .toList());
    }

    private static @Nullable Instant startTime(ServerProcess reported) {
        return reported.hasStartTime()
                ? Instant.ofEpochSecond(
                        reported.getStartTime().getSeconds(),
                        reported.getStartTime().getNanos())
                : null;
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
