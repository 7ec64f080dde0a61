package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.AgentSession;
import dev.holdfast.manager.fleet.AgentTimes;
import dev.holdfast.manager.fleet.Dispatcher;
import dev.holdfast.manager.fleet.Uuids;
import dev.holdfast.manager.store.CycleRow;
import dev.holdfast.manager.store.CycleState;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.proto.agent.v1.CycleProgress;
import dev.holdfast.proto.agent.v1.CycleReport;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down what agents say of their cycles. */
public final class CycleReports {
    private static final Logger log = LoggerFactory.getLogger(CycleReports.class);

    private final Database database;
    private final Dispatcher dispatcher;
    private final RolloutLoop loop;
    private final Bell bell;
    private final GroupCommit<Said> progress;

    public CycleReports(Database database, Dispatcher dispatcher, RolloutLoop loop, Bell bell) {
        this.database = database;
        this.dispatcher = dispatcher;
        this.loop = loop;
        this.bell = bell;
        this.progress = new GroupCommit<>(new ProgressWrites(database)::write);
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

    /** Writes everything about the end of a cycle in one transaction; a duplicate changes nothing. */
    public void report(AgentSession session, CycleReport report) {
        ReportedCycle reported = new ReportedCycle(report);
        withCycle(session, report.getCycleId(), (tx, cycle) -> {
            if (cycle.isUnderway()) {
                end(tx, cycle, reported);
            } else if (cycle.unreported()) {
                complete(tx, cycle, reported);
            }
        });
        bell.ring();
        loop.poke();
        dispatcher.wake(session.hostId());
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

    private void withCycle(AgentSession session, String id, BiConsumer<Transaction, CycleRow> work) {
        database.run(tx -> {
            Optional<CycleRow> found = Uuids.parse(id)
                    .flatMap(tx.cycles()::find)
                    .filter(cycle -> cycle.hostId().equals(session.hostId()));
            if (found.isEmpty()) {
                log.warn("{} reports a cycle that it was not asked for: {}", session.hostName(), id);
                return;
            }
            tx.upgrades().lock(found.get().upgradeId());
            tx.cycles().find(found.get().id()).ifPresent(cycle -> work.accept(tx, cycle));
        });
    }
}
