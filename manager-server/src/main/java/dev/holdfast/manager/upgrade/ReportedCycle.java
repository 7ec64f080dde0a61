package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.AgentTimes;
import dev.holdfast.manager.store.CycleState;
import dev.holdfast.manager.store.Outcome;
import dev.holdfast.manager.store.OutcomeRow;
import dev.holdfast.manager.store.StepRow;
import dev.holdfast.proto.agent.v1.ConnectionOutcome;
import dev.holdfast.proto.agent.v1.CycleReport;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** An agent's report as rows. What an agent leaves out is filled in and says so: a report must never be lost. */
record ReportedCycle(CycleReport report) {
    /** FAILED when the agent ends a cycle with something that is no end. */
    CycleState state() {
        CycleState state = state(report.getState());
        return state.isFinal() ? state : CycleState.FAILED;
    }

    String reason() {
        if (state() == CycleState.DONE || !report.getReason().isEmpty()) {
            return report.getReason();
        }
        return "the agent gave no reason (it reported " + report.getState() + ")";
    }

    Instant endTime() {
        return AgentTimes.instant(report.getEndTime()).orElseGet(Instant::now);
    }

    List<StepRow> steps() {
        return report.getStepsList().stream()
                .map(step -> new StepRow(
                        step.getStep().isEmpty() ? "unnamed" : step.getStep(), AgentTimes.duration(step.getDuration())))
                .toList();
    }

    List<OutcomeRow> outcomes(UUID cycleId) {
        return IntStream.range(0, report.getConnectionsCount())
                .mapToObj(i -> outcome(cycleId, i, report.getConnections(i)))
                .toList();
    }

    private static OutcomeRow outcome(UUID cycleId, int position, ConnectionOutcome connection) {
        Outcome outcome = switch (connection.getOutcome()) {
            case OUTCOME_KEPT -> Outcome.KEPT;
            case OUTCOME_RELEASED -> Outcome.RELEASED;
            case OUTCOME_CLOSED_BY_CLIENT -> Outcome.CLOSED_BY_CLIENT;
            case OUTCOME_RESET, OUTCOME_UNSPECIFIED, UNRECOGNIZED -> Outcome.RESET;
        };
        boolean unexplained = outcome == Outcome.RESET && connection.getReason().isEmpty();
        return new OutcomeRow(
                cycleId,
                position,
                connection.getLocal(),
                connection.getPeer(),
                outcome,
                unexplained ? "the agent gave no reason" : connection.getReason(),
                Math.max(0, connection.getBytesWaiting()),
                AgentTimes.duration(connection.getPaused()));
    }

    static CycleState state(dev.holdfast.proto.agent.v1.CycleState state) {
        return switch (state) {
            case CYCLE_STATE_UNSPECIFIED, UNRECOGNIZED, CYCLE_STATE_QUEUED -> CycleState.QUEUED;
            case CYCLE_STATE_PREPARING -> CycleState.PREPARING;
            case CYCLE_STATE_WARMING -> CycleState.WARMING;
            case CYCLE_STATE_HOLDING -> CycleState.HOLDING;
            case CYCLE_STATE_PAUSING -> CycleState.PAUSING;
            case CYCLE_STATE_QUIESCING -> CycleState.QUIESCING;
            case CYCLE_STATE_STOPPING -> CycleState.STOPPING;
            case CYCLE_STATE_STARTING -> CycleState.STARTING;
            case CYCLE_STATE_DELIVERING -> CycleState.DELIVERING;
            case CYCLE_STATE_RESUMING -> CycleState.RESUMING;
            case CYCLE_STATE_PROVING -> CycleState.PROVING;
            case CYCLE_STATE_LINGERING -> CycleState.LINGERING;
            case CYCLE_STATE_REVERTING -> CycleState.REVERTING;
            case CYCLE_STATE_DONE -> CycleState.DONE;
            case CYCLE_STATE_ABORTED -> CycleState.ABORTED;
            case CYCLE_STATE_REVERTED -> CycleState.REVERTED;
            case CYCLE_STATE_FAILED -> CycleState.FAILED;
        };
    }
}
