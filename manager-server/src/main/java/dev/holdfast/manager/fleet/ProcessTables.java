package dev.holdfast.manager.fleet;

import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.ProcessDetail;
import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.manager.store.ProcessState;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.proto.agent.v1.ClientProcess;
import dev.holdfast.proto.agent.v1.ProcessTable;
import dev.holdfast.proto.agent.v1.ServerProcess;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the union of the agents' process tables. What an agent sees is the truth; what was asked for is not forgotten. What is
 * known already is not written again.
 */
public final class ProcessTables {
    private static final Logger log = LoggerFactory.getLogger(ProcessTables.class);

    private final Database database;
    private final Dispatcher dispatcher;

    public ProcessTables(Database database, Dispatcher dispatcher) {
        this.database = database;
        this.dispatcher = dispatcher;
    }

    /** Writes a whole process table. One that comes from a stream that was replaced is ignored. */
    public void update(AgentSession session, ProcessTable table) {
        database.run(tx -> {
            // Tables of a host come one after the other from here on; only then is it known which stream is the last.
            if (tx.sessions().lock(session.row())) {
                update(tx, session, table);
            }
        });
        // A cycle may have waited for one of them to run.
        dispatcher.wake(session.hostId());
    }

    private static void update(Transaction tx, AgentSession session, ProcessTable table) {
        List<ProcessRow> live = tx.processes().lockLive(session.hostId());
        Map<UUID, ProcessDetail> known = live.isEmpty()
                ? Map.of()
                : tx.processDetails().of(live.stream().map(ProcessRow::id).toList());
        Set<UUID> seen = new HashSet<>();
        for (ServerProcess reported : table.getProcessesList()) {
            find(tx, session, reported).ifPresent(process -> {
                seen.add(process.id());
                observe(tx, process, reported, known.get(process.id()));
            });
        }
        live.stream().filter(process -> !seen.contains(process.id())).forEach(process -> missing(tx, process));
    }

    private static Optional<ProcessRow> find(Transaction tx, AgentSession session, ServerProcess reported) {
        Optional<ProcessRow> found = Uuids.parse(reported.getProcessId())
                .flatMap(tx.processes()::lock)
                .filter(process -> process.hostId().equals(session.hostId()));
        if (found.isEmpty()) {
            log.warn("{} reports a process that it was not asked for: {}", session.hostName(), reported.getProcessId());
        }
        return found;
    }

    private static void observe(
            Transaction tx, ProcessRow process, ServerProcess reported, @Nullable ProcessDetail known) {
        ProcessState state = state(process, reported);
        if (state != process.state()
                || reported.getPid() != process.pid()
                || !reported.getDetail().equals(process.detail())) {
            tx.processes()
                    .observe(
                            process.id(),
                            state,
                            reported.getPid(),
                            AgentTimes.instant(reported.getStartTime()).orElse(null),
                            reported.getDetail());
        }
        ProcessDetail detail = state.isFinal() ? ProcessDetail.NONE : detail(reported);
        if (known == null || !known.isReportedAs(detail)) {
            tx.processDetails().replace(process.id(), process.hostId(), detail);
        }
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
                List.copyOf(clients(reported).values()));
    }

    /** By what makes them one: a client that is listed twice has the ports of both. */
    private static Map<List<Object>, ProcessDetail.Client> clients(ServerProcess reported) {
        Map<List<Object>, ProcessDetail.Client> clients = new LinkedHashMap<>();
        for (ClientProcess client : reported.getClientsList()) {
            clients.merge(
                    List.of(client.getAddress(), client.getPid(), client.getServerPort()),
                    new ProcessDetail.Client(
                            client.getAddress(),
                            null,
                            client.getPid(),
                            client.getCommand(),
                            client.getPortsList(),
                            client.getServerPort()),
                    ProcessDetail.Client::and);
        }
        return clients;
    }
}
