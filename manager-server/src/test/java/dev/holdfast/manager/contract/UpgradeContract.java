package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.OutcomeTotals;
import dev.holdfast.proto.admin.v1.StepTime;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.agent.v1.ConnectResponse.MessageCase;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.StartCycle;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Upgrades from their start to the last report. */
interface UpgradeContract extends Fixture {
    @Test
    default void anUpgradeGoesThroughItsCycleToTheReport() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            String process = bench.running(agent);
            Upgrade started =
                    manager().upgrades().startUpgrade(bench.upgradeRequest().build());
            assertThat(started.getState()).isEqualTo(Upgrade.State.STATE_RUNNING);
            StartCycle command = Bench.startCycle(agent);
            assertThat(command.getProcessId()).isEqualTo(process);
            assertThat(command.getImage().getVersion()).isEqualTo("2");

            agent.progress(command.getCycleId(), CycleState.CYCLE_STATE_HOLDING);
            awaitCycle(bench, started.getId(), Cycle.State.STATE_HOLDING);
            assertThat(paused(process)).isEmpty();
            agent.progress(command.getCycleId(), CycleState.CYCLE_STATE_PAUSING);
            awaitCycle(bench, started.getId(), Cycle.State.STATE_PAUSING);
            assertThat(paused(process)).hasSize(1);

            agent.report(Reports.done(command.getCycleId(), 3));
            assertThat(agent.next(MessageCase.CYCLE_REPORT_ACK)
                            .getCycleReportAck()
                            .getCycleId())
                    .isEqualTo(command.getCycleId());
            Upgrade done = bench.ended(started.getId());
            assertThat(done.getState()).isEqualTo(Upgrade.State.STATE_DONE);
            assertThat(done.getTotals())
                    .isEqualTo(OutcomeTotals.newBuilder()
                            .setKept(3)
                            .setClosedByClient(1)
                            .setReset(1)
                            .build());
            assertThat(done.getCycles(0).getStepsList())
                    .extracting(StepTime::getStep, StepTime::getDuration)
                    .containsExactly(tuple("holding", Reports.millis(3)), tuple("pausing", Reports.millis(1)));
            assertThat(paused(process)).isEmpty();
            assertThat(bench.process(process).getImageVersion()).isEqualTo("2");
        }
    }

    @Test
    default void aDuplicateReportChangesNothingAndIsAcknowledged() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            bench.running(agent);
            String id = bench.startUpgrade();
            String cycle = Bench.startCycle(agent).getCycleId();
            agent.report(Reports.done(cycle, 3));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
            Upgrade first = bench.ended(id);
            agent.report(Reports.done(cycle, 3));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
            agent.progress(cycle, CycleState.CYCLE_STATE_PAUSING);
            agent.report(Reports.ended(cycle, CycleState.CYCLE_STATE_FAILED, "late"));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
            assertThat(bench.upgrade(id)).isEqualTo(first);
            agent.report(Reports.done(UUID.randomUUID().toString(), 1));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
        }
    }

    @Test
    default void everyConnectionsOutcomeIsListed() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            bench.running(agent);
            String id = bench.startUpgrade();
            agent.report(Reports.done(Bench.startCycle(agent).getCycleId(), 10_000));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
            List<ConnectionOutcome> found = bench.outcomes(id, 900);
            assertThat(found).hasSize(10_002).doesNotHaveDuplicates();
            assertThat(found.getFirst().getPaused()).isEqualTo(Reports.millis(42));
            assertThat(found.get(10_000).getOutcome()).isEqualTo("closed by client");
            assertThat(found.get(10_001).getReason()).isEqualTo("busy at the deadline");
        }
    }

    @Test
    default void theSameRequestIdIsTheSameUpgradeAlsoAtTheSameTime() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a");
                ExecutorService callers = Executors.newFixedThreadPool(8)) {
            bench.running(agent);
            var request = bench.upgradeRequest().setRequestId(UUID.randomUUID().toString());
            List<Callable<String>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(
                        () -> manager().upgrades().startUpgrade(request.build()).getId());
            }
            List<String> ids = new ArrayList<>();
            for (Future<String> call : callers.invokeAll(calls)) {
                ids.add(call.get());
            }
            assertThat(ids).hasSize(8).containsOnly(ids.getFirst());
            Bench.startCycle(agent);
            assertThat(agent.unread()).isEmpty();
            request.setImageVersion("1");
            Refused.by(Code.INVALID_ARGUMENT, () -> manager().upgrades().startUpgrade(request.build()))
                    .field("request_id", ids.getFirst());
        }
    }

    @Test
    default void whatAnUpgradeNamesMustBeThere() throws Exception {
        Bench bench = Bench.withShop(manager());
        assertThat(Refused.by(
                                Code.NOT_FOUND,
                                () -> manager()
                                        .upgrades()
                                        .startUpgrade(bench.upgradeRequest()
                                                .setImageVersion("9")
                                                .build()))
                        .message())
                .contains("no version '9'", "its versions: 2, 1");
        assertThat(Refused.by(
                                Code.NOT_FOUND,
                                () -> bench.upgrade(UUID.randomUUID().toString()))
                        .message())
                .contains("there is no upgrade");
    }

    @Test
    default void nothingToUpgradeIsDoneAtOnce() throws Exception {
        Bench bench = Bench.withShop(manager());
        Upgrade upgrade = bench.upgrade(bench.startUpgrade());
        assertThat(upgrade.getState()).isEqualTo(Upgrade.State.STATE_DONE);
        assertThat(upgrade.getCyclesList()).isEmpty();
    }

    @Test
    default void aRestartedManagerGoesOnWithTheUpgrade() throws Exception {
        Bench bench = Bench.withShop(manager());
        StreamAgent agent = bench.agent("a");
        bench.running(agent);
        String id = bench.startUpgrade();
        String cycle = Bench.startCycle(agent).getCycleId();
        agent.progress(cycle, CycleState.CYCLE_STATE_PREPARING);
        awaitCycle(bench, id, Cycle.State.STATE_PREPARING);
        manager().restart();
        agent.close();
        try (StreamAgent again = bench.reconnect(agent)) {
            assertThat(Bench.startCycle(again).getCycleId()).isEqualTo(cycle);
            again.report(Reports.done(cycle, 2));
            again.next(MessageCase.CYCLE_REPORT_ACK);
            assertThat(bench.ended(id).getState()).isEqualTo(Upgrade.State.STATE_DONE);
        }
        try (StreamAgent again = bench.reconnect(agent)) {
            again.report(Reports.done(cycle, 2));
            again.next(MessageCase.CYCLE_REPORT_ACK);
            assertThat(bench.ended(id).getTotals().getKept()).isEqualTo(2);
        }
    }

    private List<String> paused(String process) throws Exception {
        return query("SELECT cycle_id FROM paused_process WHERE process_id = '" + process + "'");
    }

    private static void awaitCycle(Bench bench, String upgrade, Cycle.State state) {
        Awaitility.await().until(() -> bench.upgrade(upgrade).getCycles(0).getState(), state::equals);
    }
}
