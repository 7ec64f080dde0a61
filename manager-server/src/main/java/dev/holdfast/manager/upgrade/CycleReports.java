package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.AgentSession;
import dev.holdfast.manager.fleet.AgentTimes;
import dev.holdfast.manager.fleet.Dispatcher;
import dev.holdfast.manager.store.CycleEvent;
import dev.holdfast.manager.store.CycleRow;
import dev.holdfast.manager.store.CycleState;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.proto.agent.v1.CycleProgress;
import dev.holdfast.proto.agent.v1.CycleReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Writes down what agents say of their cycles. */
public final class CycleReports {
    /** In a report, of which so many weigh as much as a report without any. */
    private static final int CONNECTIONS = 50;

    private final Dispatcher dispatcher;
    private final RolloutLoop loop;
    private final Bell bell;
    private final GroupCommit<Said> progress;
    private final GroupCommit<Reported> reports;

    public CycleReports(Database database, Dispatcher dispatcher, RolloutLoop loop, Bell bell) {
        this.dispatcher = dispatcher;
        this.loop = loop;
        this.bell = bell;
        this.progress = new GroupCommit<>(new Sayings<>(database, CycleReports::writeProgress)::write);
        this.reports =
                new GroupCommit<>(new Sayings<>(database, CycleReports::writeReports)::write, CycleReports::weight);
    }

    /** Writes the state; one that is over is not opened again, and what was written is not written twice. */
    public void progress(AgentSession session, CycleProgress message) {
        CycleState state = ReportedCycle.state(message.getState());
        if (state.isFinal() || state == CycleState.QUEUED) {
            return;
        }
        Instant time = AgentTimes.instant(message.getTime()).orElseGet(Instant::now);
        progress.write(new Said(session, message.getCycleId(), state, time, message.getDetail()));
        bell.ring();
        if (state == CycleState.LINGERING) {
            // Its host has time for another one.
            dispatcher.wake(session.hostId());
        }
    }

    /** One that is over is not opened again, and what was written is not written twice. */
    private static void writeProgress(Transaction tx, UUID upgrade, List<Sayings.Known<Said>> all) {
        Map<UUID, CycleState> states = new LinkedHashMap<>();
        List<CycleEvent> events = new ArrayList<>();
        for (Sayings.Known<Said> known : all) {
            CycleRow cycle = known.cycle();
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

    /** Writes everything about the end of a cycle in one transaction; a duplicate changes nothing. */
    public void report(AgentSession session, CycleReport report) {
        reports.write(new Reported(session, report.getCycleId(), new ReportedCycle(report)));
        bell.ring();
        loop.poke();
        dispatcher.wake(session.hostId());
    }

    /** Each connection is a row. */
    private static int weight(Reported reported) {
        return 1 + reported.report().report().getConnectionsCount() / CONNECTIONS;
    }

    /** Process by process in the order in which an agent's table locks those of its host. */
    private static void writeReports(Transaction tx, UUID upgrade, List<Sayings.Known<Reported>> all) {
        Set<UUID> written = new HashSet<>();
        all.stream()
                .filter(known -> written.add(known.cycle().id()))
                .sorted(Comparator.comparing(known -> known.cycle().processId().toString()))
                .forEach(known -> write(tx, known.cycle(), known.said().report()));
    }

    private static void write(Transaction tx, CycleRow cycle, ReportedCycle report) {
        if (cycle.isUnderway()) {
            end(tx, cycle, report);
        } else if (cycle.unreported()) {
            complete(tx, cycle, report);
        }
    }

    private static void end(Transaction tx, CycleRow cycle, ReportedCycle report) {
        keep(tx, cycle, report);
        CycleEnd.end(tx, cycle, report.state(), report.reason(), report.endTime());
    }

    /** The host was given up and is back: the end stays as it was told, and what became of the connections is known after all. */
    private static void complete(Transaction tx, CycleRow cycle, ReportedCycle report) {
        keep(tx, cycle, report);
        tx.cycles().reported(cycle.id());
        String late = "reported after its host was given up";
        String reason = report.reason().isEmpty() ? "" : ": " + report.reason();
        tx.events().insert(cycle.upgradeId(), cycle.id(), null, report.state().column(), late + reason);
    }

    private static void keep(Transaction tx, CycleRow cycle, ReportedCycle report) {
        tx.outcomes().insertSteps(cycle.id(), report.steps());
        tx.outcomes().insert(cycle.id(), report.outcomes(cycle.id()));
        if (report.state() == CycleState.DONE && tx.cycles().isLatest(cycle)) {
            tx.processes().runs(cycle.processId(), cycle.toImageId());
        }
    }
}
