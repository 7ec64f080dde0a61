package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.rpc.PreconditionFailure;
import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.GetHostRequest;
import dev.holdfast.proto.admin.v1.ListConnectionOutcomesRequest;
import dev.holdfast.proto.admin.v1.ListConnectionOutcomesResponse;
import dev.holdfast.proto.admin.v1.OutcomeTotals;
import dev.holdfast.proto.admin.v1.Page;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.StepTime;
import dev.holdfast.proto.admin.v1.StopProcessRequest;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.agent.v1.ConnectResponse.MessageCase;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.ProcessState;
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
            Upgrade done = bench.upgrade(started.getId());
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
            String id = start(bench);
            String cycle = Bench.startCycle(agent).getCycleId();
            agent.report(Reports.done(cycle, 3));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
            Upgrade first = bench.upgrade(id);
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
            String id = start(bench);
            agent.report(Reports.done(Bench.startCycle(agent).getCycleId(), 10_000));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
            List<ConnectionOutcome> found = outcomes(id, 900);
            assertThat(found).hasSize(10_002).doesNotHaveDuplicates();
            assertThat(found.getFirst().getPaused()).isEqualTo(Reports.millis(42));
            assertThat(found.get(10_000).getOutcome()).isEqualTo("closed by client");
            assertThat(found.get(10_001).getReason()).isEqualTo("busy at the deadline");
        }
    }

    private List<ConnectionOutcome> outcomes(String id, int pageSize) {
        List<ConnectionOutcome> found = new ArrayList<>();
        String token = "";
        do {
            ListConnectionOutcomesResponse page = manager()
                    .upgrades()
                    .listConnectionOutcomes(ListConnectionOutcomesRequest.newBuilder()
                            .setUpgradeId(id)
                            .setPage(Page.newBuilder().setPageSize(pageSize).setPageToken(token))
                            .build());
            found.addAll(page.getConnectionsList());
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return found;
    }

    @Test
    default void cyclesOfAHostComeOneAfterTheOtherAndHostsTogether() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent one = bench.agent("one");
                StreamAgent two = bench.agent("two")) {
            String first = bench.running(one);
            String second = bench.requested(one);
            one.table(
                    Bench.seen(first, ProcessState.PROCESS_STATE_RUNNING).build(),
                    Bench.seen(second, ProcessState.PROCESS_STATE_RUNNING).build());
            bench.awaitState(second, Process.State.STATE_RUNNING);
            bench.running(two);
            String id = start(bench);
            StartCycle onOne = Bench.startCycle(one);
            assertThat(onOne.getProcessId()).isEqualTo(first);
            StartCycle onTwo = Bench.startCycle(two);
            two.report(Reports.ended(onTwo.getCycleId(), CycleState.CYCLE_STATE_REVERTED, "v2 was not ready in time"));
            two.next(MessageCase.CYCLE_REPORT_ACK);
            assertThat(one.unread()).isEmpty();
            one.report(Reports.done(onOne.getCycleId(), 1));
            StartCycle next = Bench.startCycle(one);
            assertThat(next.getProcessId()).isEqualTo(second);
            one.next(MessageCase.CYCLE_REPORT_ACK);
            one.report(Reports.ended(next.getCycleId(), CycleState.CYCLE_STATE_ABORTED, "not quiet"));
            one.next(MessageCase.CYCLE_REPORT_ACK);
            Upgrade ended = bench.upgrade(id);
            assertThat(ended.getState()).isEqualTo(Upgrade.State.STATE_REVERTED);
            assertThat(ended.getCyclesList())
                    .extracting(Cycle::getReason)
                    .containsExactly("", "not quiet", "v2 was not ready in time");
            assertThat(bench.process(second).getImageVersion()).isEqualTo("1");
            assertThat(outcomes(id, 2))
                    .extracting(ConnectionOutcome::getCycleId, ConnectionOutcome::getOutcome)
                    .containsExactly(
                            tuple(onOne.getCycleId(), "kept"),
                            tuple(onOne.getCycleId(), "closed by client"),
                            tuple(onOne.getCycleId(), "reset"),
                            tuple(next.getCycleId(), "released"),
                            tuple(onTwo.getCycleId(), "released"));
        }
    }

    @Test
    default void aProcessThatRunsNoMoreWhenItsTurnComesIsLeftOut() throws Exception {
        Bench bench = Bench.withShop(manager());
        StreamAgent agent = bench.agent("a");
        String process = bench.running(agent);
        agent.close();
        Awaitility.await().until(() -> manager().hosts().getHost(host(agent.name())), host -> !host.getConnected());
        String id = start(bench);
        manager()
                .processes()
                .stopProcess(StopProcessRequest.newBuilder().setId(process).build());
        try (StreamAgent again = bench.reconnect(agent)) {
            Upgrade ended = bench.awaitUpgrade(id, Upgrade.State.STATE_ABORTED);
            assertThat(ended.getCycles(0).getReason()).contains("stopping when its turn came");
            again.next(MessageCase.STOP_PROCESS);
            assertThat(again.unread()).isEmpty();
        }
    }

    @Test
    default void aProcessThatIsStillStartingHasItsTurnWhenItRuns() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            String slow = bench.requested(agent);
            String quick = bench.requested(agent);
            agent.table(
                    Bench.seen(slow, ProcessState.PROCESS_STATE_STARTING).build(),
                    Bench.seen(quick, ProcessState.PROCESS_STATE_RUNNING).build());
            bench.awaitState(quick, Process.State.STATE_RUNNING);
            String id = start(bench);
            StartCycle first = Bench.startCycle(agent);
            assertThat(first.getProcessId()).isEqualTo(quick);
            agent.report(Reports.done(first.getCycleId(), 1));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
            assertThat(bench.upgrade(id).getState()).isEqualTo(Upgrade.State.STATE_RUNNING);
            agent.table(
                    Bench.seen(slow, ProcessState.PROCESS_STATE_RUNNING).build(),
                    Bench.seen(quick, ProcessState.PROCESS_STATE_RUNNING).build());
            StartCycle second = Bench.startCycle(agent);
            assertThat(second.getProcessId()).isEqualTo(slow);
            agent.report(Reports.done(second.getCycleId(), 1));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
            assertThat(bench.upgrade(id).getState()).isEqualTo(Upgrade.State.STATE_DONE);
        }
    }

    @Test
    default void anImageIsOnTheImageToHostListOnceItIsSent() throws Exception {
        Bench bench = Bench.withShop(manager());
        String versions =
                "SELECT version FROM image_host JOIN image ON image.id = image_id JOIN host ON host.id = host_id"
                        + " WHERE host.name = '%s' ORDER BY version";
        try (StreamAgent agent = bench.agent("a")) {
            bench.running(agent);
            assertThat(query(versions.formatted(agent.name()))).containsExactly("1");
            start(bench);
            String cycle = Bench.startCycle(agent).getCycleId();
            assertThat(query(versions.formatted(agent.name()))).containsExactly("1", "2");
            agent.report(Reports.ended(cycle, CycleState.CYCLE_STATE_ABORTED, "not quiet"));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
            assertThat(query(versions.formatted(agent.name()))).containsExactly("1", "2");
        }
    }

    @Test
    default void aProcessInACycleIsNotStopped() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            String process = bench.running(agent);
            String id = start(bench);
            Bench.startCycle(agent);
            StopProcessRequest stop =
                    StopProcessRequest.newBuilder().setId(process).build();
            assertThat(Refused.by(
                                    Code.FAILED_PRECONDITION,
                                    () -> manager().processes().stopProcess(stop))
                            .message())
                    .contains(id);
        }
    }

    @Test
    default void aSecondUpgradeOfTheImageIsRefusedWithTheFirst() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            bench.running(agent);
            String first = start(bench);
            Refused refused = Refused.by(Code.FAILED_PRECONDITION, () -> start(bench));
            assertThat(refused.message()).contains(first);
            assertThat(refused.detail(PreconditionFailure.class)
                            .getViolations(0)
                            .getSubject())
                    .isEqualTo("upgrade/" + first);
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
        Upgrade upgrade = bench.upgrade(start(bench));
        assertThat(upgrade.getState()).isEqualTo(Upgrade.State.STATE_DONE);
        assertThat(upgrade.getCyclesList()).isEmpty();
    }

    @Test
    default void aRestartedManagerGoesOnWithTheUpgrade() throws Exception {
        Bench bench = Bench.withShop(manager());
        StreamAgent agent = bench.agent("a");
        bench.running(agent);
        String id = start(bench);
        String cycle = Bench.startCycle(agent).getCycleId();
        agent.progress(cycle, CycleState.CYCLE_STATE_PREPARING);
        awaitCycle(bench, id, Cycle.State.STATE_PREPARING);
        manager().restart();
        agent.close();
        try (StreamAgent again = bench.reconnect(agent)) {
            assertThat(Bench.startCycle(again).getCycleId()).isEqualTo(cycle);
            again.report(Reports.done(cycle, 2));
            again.next(MessageCase.CYCLE_REPORT_ACK);
            assertThat(bench.upgrade(id).getState()).isEqualTo(Upgrade.State.STATE_DONE);
        }
        try (StreamAgent again = bench.reconnect(agent)) {
            again.report(Reports.done(cycle, 2));
            again.next(MessageCase.CYCLE_REPORT_ACK);
            assertThat(bench.upgrade(id).getTotals().getKept()).isEqualTo(2);
        }
    }

    private String start(Bench bench) {
        return manager().upgrades().startUpgrade(bench.upgradeRequest().build()).getId();
    }

    private static GetHostRequest host(String name) {
        return GetHostRequest.newBuilder().setName(name).build();
    }

    private List<String> paused(String process) throws Exception {
        return query("SELECT cycle_id FROM paused_process WHERE process_id = '" + process + "'");
    }

    private static void awaitCycle(Bench bench, String upgrade, Cycle.State state) {
        Awaitility.await().until(() -> bench.upgrade(upgrade).getCycles(0).getState(), state::equals);
    }
}
