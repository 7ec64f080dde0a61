package dev.holdfast.acceptance.fleet;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.holdfast.proto.agent.v1.CheckProcess;
import dev.holdfast.proto.agent.v1.CheckReport;
import dev.holdfast.proto.agent.v1.ConnectRequest;
import dev.holdfast.proto.agent.v1.ConnectionOutcome;
import dev.holdfast.proto.agent.v1.CycleProgress;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.Finding;
import dev.holdfast.proto.agent.v1.Outcome;
import dev.holdfast.proto.agent.v1.Registration;
import dev.holdfast.proto.agent.v1.StepTime;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** What a simulated agent sends: as much as a real one would. */
final class Messages {
    static final int CONNECTIONS = 20;

    /** As many as the check before a real upgrade finds. */
    private static final List<String> CHECKS =
            List.of("kernel", "rights", "descriptors", "memory", "listeners", "io_uring", "tls", "revert");

    private static final List<Outcome> OUTCOMES = List.of(
            Outcome.OUTCOME_KEPT,
            Outcome.OUTCOME_KEPT,
            Outcome.OUTCOME_KEPT,
            Outcome.OUTCOME_CLOSED_BY_CLIENT,
            Outcome.OUTCOME_KEPT,
            Outcome.OUTCOME_RESET);

    private static final int STEP_NANOS = 3_000_000;

    private Messages() {}

    static ConnectRequest registration(UUID id, String name, int number) {
        return ConnectRequest.newBuilder()
                .setRegistration(Registration.newBuilder()
                        .setAgentId(id.toString())
                        .setName(name)
                        .addAddresses(address(number))
                        .setKernel("6.12.0-amd64")
                        .setCores(8)
                        .setMemoryBytes(32L << 30)
                        .setAgentVersion("simulated")
                        .putLabels("zone", "zone-" + number % 3)
                        .putLabels("rack", "rack-" + number % 40))
                .build();
    }

    static String address(int number) {
        return "10.%d.%d.%d".formatted(number >> 16 & 255, number >> 8 & 255, number & 255);
    }

    static ConnectRequest progress(String cycleId, CycleState state) {
        return ConnectRequest.newBuilder()
                .setCycleProgress(CycleProgress.newBuilder()
                        .setCycleId(cycleId)
                        .setState(state)
                        .setTime(now()))
                .build();
    }

    static ConnectRequest passed(CheckProcess question) {
        CheckReport.Builder report = CheckReport.newBuilder().setCheckId(question.getCheckId());
        CHECKS.forEach(check -> report.addFindings(Finding.newBuilder()
                .setCheck(check)
                .setSeverity(Finding.Severity.SEVERITY_PASSED)
                .setDetail("as it should be")));
        return ConnectRequest.newBuilder().setCheckReport(report).build();
    }

    /** The outcomes differ from host to host, so that a mix-up is noticed. */
    static CycleReport report(String cycleId, CycleState end, String reason, List<CycleState> steps, int number) {
        CycleReport.Builder report = CycleReport.newBuilder()
                .setCycleId(cycleId)
                .setState(end)
                .setReason(reason)
                .setEndTime(now());
        steps.forEach(step ->
                report.addSteps(StepTime.newBuilder().setStep(word(step)).setDuration(nanos(STEP_NANOS))));
        for (int i = 0; i < CONNECTIONS; i++) {
            Outcome outcome = OUTCOMES.get((i % (1 + number % OUTCOMES.size())) % OUTCOMES.size());
            report.addConnections(ConnectionOutcome.newBuilder()
                    .setLocal(address(number) + ":8080")
                    .setPeer("192.0.2." + i % 4 + ":" + (40_000 + i))
                    .setOutcome(outcome)
                    .setReason(outcome == Outcome.OUTCOME_RESET ? "an answer was owed" : "")
                    .setPaused(nanos(STEP_NANOS * steps.size())));
        }
        return report.build();
    }

    static Timestamp now() {
        Instant now = Instant.now();
        return Timestamp.newBuilder()
                .setSeconds(now.getEpochSecond())
                .setNanos(now.getNano())
                .build();
    }

    private static String word(CycleState state) {
        return state.name().substring("CYCLE_STATE_".length()).toLowerCase(Locale.ROOT);
    }

    private static Duration nanos(int nanos) {
        return Duration.newBuilder().setNanos(nanos).build();
    }
}
