package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.rpc.PreconditionFailure;
import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.GetHostRequest;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.StopProcessRequest;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.agent.v1.ConnectResponse.MessageCase;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.ProcessState;
import dev.holdfast.proto.agent.v1.StartCycle;
import io.grpc.Status.Code;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Which process has its turn when, and what may not happen meanwhile. */
interface TurnContract extends Fixture {
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
            String id = bench.startUpgrade();
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
            Upgrade ended = bench.ended(id);
            assertThat(ended.getState()).isEqualTo(Upgrade.State.STATE_REVERTED);
            assertThat(ended.getCyclesList())
                    .extracting(Cycle::getReason)
                    .containsExactly("", "not quiet", "v2 was not ready in time");
            assertThat(bench.process(second).getImageVersion()).isEqualTo("1");
            assertThat(bench.outcomes(id, 2))
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
        String id = bench.startUpgrade();
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
            String id = bench.startUpgrade();
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
            assertThat(bench.ended(id).getState()).isEqualTo(Upgrade.State.STATE_DONE);
        }
    }

    /** Nobody waits there, and it may take long. */
    @Test
    default void oneWhoseOldServerLingersLetsOthersGoOn() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            String first = bench.running(agent);
            String second = bench.requested(agent);
            agent.table(
                    Bench.seen(first, ProcessState.PROCESS_STATE_RUNNING).build(),
                    Bench.seen(second, ProcessState.PROCESS_STATE_RUNNING).build());
            bench.awaitState(second, Process.State.STATE_RUNNING);
            String id = bench.startUpgrade();
            StartCycle lingering = Bench.startCycle(agent);
            agent.progress(lingering.getCycleId(), CycleState.CYCLE_STATE_LINGERING);
            StartCycle next = Bench.startCycle(agent);
            assertThat(next.getProcessId()).isEqualTo(second);
            agent.progress(next.getCycleId(), CycleState.CYCLE_STATE_PAUSING);
            // It goes back while the other one is in the middle of it.
            agent.progress(lingering.getCycleId(), CycleState.CYCLE_STATE_REVERTING);
            // With that the host has failed, and its other cycle is told to be undone, too late.
            assertThat(agent.isAcknowledged(
                            Reports.ended(lingering.getCycleId(), CycleState.CYCLE_STATE_REVERTED, "aborted")))
                    .isTrue();
            assertThat(agent.isAcknowledged(Reports.done(next.getCycleId(), 1))).isTrue();
            assertThat(bench.ended(id).getState()).isEqualTo(Upgrade.State.STATE_REVERTED);
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
            bench.startUpgrade();
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
            String id = bench.startUpgrade();
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
            String first = bench.startUpgrade();
            Refused refused = Refused.by(Code.FAILED_PRECONDITION, () -> bench.startUpgrade());
            assertThat(refused.message()).contains(first);
            assertThat(refused.detail(PreconditionFailure.class)
                            .getViolations(0)
                            .getSubject())
                    .isEqualTo("upgrade/" + first);
        }
    }

    private static GetHostRequest host(String name) {
        return GetHostRequest.newBuilder().setName(name).build();
    }
}
