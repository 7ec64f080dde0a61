package dev.holdfast.manager.contract;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.holdfast.proto.agent.v1.ConnectionOutcome;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.Outcome;
import dev.holdfast.proto.agent.v1.StepTime;

/** Reports as an agent sends them at the end of a cycle. */
final class Reports {
    private Reports() {}

    static CycleReport done(String cycleId, int kept) {
        CycleReport.Builder report = CycleReport.newBuilder()
                .setCycleId(cycleId)
                .setState(CycleState.CYCLE_STATE_DONE)
                .addSteps(StepTime.newBuilder().setStep("holding").setDuration(millis(3)))
                .addSteps(StepTime.newBuilder().setStep("pausing").setDuration(millis(1)));
        for (int i = 0; i < kept; i++) {
            report.addConnections(connection(i, Outcome.OUTCOME_KEPT).setPaused(millis(42)));
        }
        return report.addConnections(connection(kept, Outcome.OUTCOME_CLOSED_BY_CLIENT))
                .addConnections(connection(kept + 1, Outcome.OUTCOME_RESET).setReason("busy at the deadline"))
                .build();
    }

    static CycleReport ended(String cycleId, CycleState state, String reason) {
        return CycleReport.newBuilder()
                .setCycleId(cycleId)
                .setState(state)
                .setReason(reason)
                .addConnections(connection(0, Outcome.OUTCOME_RELEASED))
                .build();
    }

    /** With times and an amount of bytes that cannot be. */
    static CycleReport impossible(String cycleId) {
        return CycleReport.newBuilder()
                .setCycleId(cycleId)
                .setEndTime(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))
                .addSteps(StepTime.newBuilder().setDuration(millis(-1)))
                .addConnections(connection(0, Outcome.OUTCOME_UNSPECIFIED)
                        .setBytesWaiting(-1)
                        .setPaused(Duration.newBuilder().setSeconds(Long.MAX_VALUE)))
                .build();
    }

    private static ConnectionOutcome.Builder connection(int i, Outcome outcome) {
        return ConnectionOutcome.newBuilder()
                .setLocal("127.0.0.1:8080")
                .setPeer("127.0.0.1:" + (20_000 + i))
                .setOutcome(outcome);
    }

    static Duration millis(int millis) {
        return Duration.newBuilder().setNanos(millis * 1_000_000).build();
    }
}
