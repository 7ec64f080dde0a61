package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.AgentSession;
import dev.holdfast.manager.fleet.AgentTimes;
import dev.holdfast.manager.fleet.Dispatcher;
import dev.holdfast.manager.store.CycleRow;
import dev.holdfast.manager.store.CycleState;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.proto.agent.v1.CycleProgress;
import dev.holdfast.proto.agent.v1.CycleReport;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down what agents say of their cycles. */
public final class CycleReports {
    private static final Logger log = LoggerFactory.getLogger(CycleReports.class);

    private final Database database;
    private final Dispatcher dispatcher;
    private final Bell bell;

    public CycleReports(Database database, Dispatcher dispatcher, Bell bell) {
        this.database = database;
        this.dispatcher = dispatcher;
        this.bell = bell;
    }

    /** Writes the state; one that is over is not opened again, and what was written is not written twice. */
    public void progress(AgentSession session, CycleProgress progress) {
        CycleState state = ReportedCycle.state(progress.getState());
        if (state.isFinal() || state == CycleState.QUEUED) {
            return;
        }
        withOpenCycle(session, progress.getCycleId(), (tx, cycle) -> {
            if (cycle.state() != state) {
                Instant time = AgentTimes.instant(progress.getTime()).orElseGet(Instant::now);
                tx.cycles().progress(cycle, state);
                tx.events().insert(cycle.upgradeId(), cycle.id(), time, state.column(), progress.getDetail());
            }
        });
        bell.ring();
    }

    /** Writes everything about the end of a cycle in one transaction; a duplicate changes nothing. */
    public void report(AgentSession session, CycleReport report) {
        withOpenCycle(session, report.getCycleId(), (tx, cycle) -> end(tx, cycle, new ReportedCycle(report)));
        bell.ring();
        dispatcher.wake(session.hostId());
    }

    private static void end(Transaction tx, CycleRow cycle, ReportedCycle report) {
        tx.outcomes().insertSteps(cycle.id(), report.steps());
        tx.outcomes().insert(cycle.id(), report.outcomes(cycle.id()));
        if (report.state() == CycleState.DONE) {
            tx.processes().runs(cycle.processId(), cycle.toImageId());
        }
        CycleEnd.end(tx, cycle, report.state(), report.reason(), report.endTime());
    }

    private void withOpenCycle(AgentSession session, String id, BiConsumer<Transaction, CycleRow> work) {
        database.run(tx -> {
            Optional<CycleRow> found = uuid(id).flatMap(tx.cycles()::find)
                    .filter(cycle -> cycle.hostId().equals(session.hostId()));
            if (found.isEmpty()) {
                log.warn("{} reports a cycle that it was not asked for: {}", session.hostName(), id);
                return;
            }
            tx.upgrades().lock(found.get().upgradeId());
            tx.cycles()
                    .find(found.get().id())
                    .filter(cycle -> !cycle.state().isFinal() && cycle.startTime() != null)
                    .ifPresent(cycle -> work.accept(tx, cycle));
        });
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
