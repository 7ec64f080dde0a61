package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.holdfast.proto.admin.v1.AbortUpgradeRequest;
import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import dev.holdfast.proto.admin.v1.WatchUpgradeRequest;
import dev.holdfast.proto.agent.v1.AbortCycle;
import dev.holdfast.proto.agent.v1.ConnectResponse.MessageCase;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.ProcessState;
import io.grpc.Status.Code;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Aborts, in every state of a cycle. */
interface AbortContract extends Fixture {
    String REQUESTED = "the upgrade was aborted by request";

    @Test
    default void whatHasNotBegunEndsAtOnceAndWhatHasIsToldToItsAgent() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            String first = bench.running(agent);
            String second = bench.requested(agent);
            agent.table(
                    Bench.seen(first, ProcessState.PROCESS_STATE_RUNNING).build(),
                    Bench.seen(second, ProcessState.PROCESS_STATE_RUNNING).build());
            bench.awaitState(second, dev.holdfast.proto.admin.v1.Process.State.STATE_RUNNING);
            String id = bench.startUpgrade();
            String cycle = Bench.startCycle(agent).getCycleId();

            Upgrade aborted = abort(id);
            assertThat(aborted.getState()).isEqualTo(Upgrade.State.STATE_RUNNING);
            assertThat(aborted.hasAbortTime()).isTrue();
            assertThat(aborted.getCycles(1).getState()).isEqualTo(Cycle.State.STATE_ABORTED);
            assertThat(aborted.getCycles(1).getReason()).isEqualTo(REQUESTED);
            AbortCycle command = agent.next(MessageCase.ABORT_CYCLE).getAbortCycle();
            assertThat(command.getCycleId()).isEqualTo(cycle);
            assertThat(command.getReason()).isEqualTo(REQUESTED);

            assertThat(abort(id)).isEqualTo(aborted);
            agent.report(Reports.ended(cycle, CycleState.CYCLE_STATE_ABORTED, REQUESTED));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
            assertThat(agent.unread()).isEmpty();
            Upgrade ended = bench.ended(id);
            assertThat(ended.getState()).isEqualTo(Upgrade.State.STATE_ABORTED);
            assertThat(abort(id)).isEqualTo(ended);
            assertThat(events(id))
                    .extracting(UpgradeEvent::getState)
                    .containsExactly("running", "queued", "queued", "running", "aborted", "aborted", "aborted");
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.MATCH_NONE,
            names = {"UNRECOGNIZED", ".*_(UNSPECIFIED|QUEUED|DONE|ABORTED|REVERTED|FAILED)"})
    default void anAbortReachesTheAgentInEveryState(CycleState state) throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            bench.running(agent);
            String id = bench.startUpgrade();
            String cycle = Bench.startCycle(agent).getCycleId();
            agent.progress(cycle, state);
            String name = state.name().substring("CYCLE_".length());
            Awaitility.await()
                    .until(() -> bench.upgrade(id).getCycles(0).getState().name(), name::equals);
            abort(id);
            agent.next(MessageCase.ABORT_CYCLE);
            agent.report(Reports.ended(cycle, CycleState.CYCLE_STATE_REVERTED, REQUESTED));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
            assertThat(bench.ended(id).getState()).isEqualTo(Upgrade.State.STATE_REVERTED);
        }
    }

    /** Also by a manager that was restarted since; the beginning comes first, because it may not have arrived before. */
    @Test
    default void anAbortIsRepeatedUntilTheReportHasCome() throws Exception {
        Bench bench = Bench.withShop(manager());
        StreamAgent agent = bench.agent("a");
        bench.running(agent);
        String id = bench.startUpgrade();
        String cycle = Bench.startCycle(agent).getCycleId();
        agent.close();
        abort(id);
        manager().restart();
        try (StreamAgent again = bench.reconnect(agent)) {
            assertThat(Bench.startCycle(again).getCycleId()).isEqualTo(cycle);
            assertThat(again.next(MessageCase.ABORT_CYCLE).getAbortCycle().getCycleId())
                    .isEqualTo(cycle);
        }
        try (StreamAgent again = bench.reconnect(agent)) {
            Bench.startCycle(again);
            again.next(MessageCase.ABORT_CYCLE);
            again.report(Reports.ended(cycle, CycleState.CYCLE_STATE_ABORTED, REQUESTED));
            again.next(MessageCase.CYCLE_REPORT_ACK);
        }
        try (StreamAgent again = bench.reconnect(agent)) {
            again.table();
            Awaitility.await().until(() -> bench.upgrade(id).getState(), state -> state == Upgrade.State.STATE_ABORTED);
            assertThat(again.unread()).isEmpty();
        }
    }

    @Test
    default void anAbortThatComesTooLateChangesNothing() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            bench.running(agent);
            String id = bench.startUpgrade();
            String cycle = Bench.startCycle(agent).getCycleId();
            abort(id);
            agent.next(MessageCase.ABORT_CYCLE);
            agent.report(Reports.done(cycle, 2));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
            Upgrade done = bench.ended(id);
            assertThat(done.getState()).isEqualTo(Upgrade.State.STATE_DONE);
            assertThat(abort(id)).isEqualTo(done);
            assertThat(agent.unread()).isEmpty();
        }
        Refused.by(Code.NOT_FOUND, () -> abort(UUID.randomUUID().toString()));
    }

    /** Queued cycles wait for no agent. */
    @Test
    default void anUpgradeOfHostsThatAreAwayIsAborted() throws Exception {
        Bench bench = Bench.withShop(manager());
        StreamAgent agent = bench.agent("a");
        bench.running(agent);
        bench.away(agent);
        String id = bench.startUpgrade();
        assertThat(abort(id).getState()).isEqualTo(Upgrade.State.STATE_ABORTED);
        try (StreamAgent again = bench.reconnect(agent)) {
            assertThat(again.unread()).isEmpty();
            bench.startUpgrade();
            Bench.startCycle(again);
        }
    }

    private Upgrade abort(String id) {
        return manager()
                .upgrades()
                .abortUpgrade(AbortUpgradeRequest.newBuilder().setId(id).build());
    }

    private List<UpgradeEvent> events(String id) {
        return ImmutableList.copyOf(manager()
                .upgrades()
                .watchUpgrade(WatchUpgradeRequest.newBuilder().setId(id).build()));
    }
}
