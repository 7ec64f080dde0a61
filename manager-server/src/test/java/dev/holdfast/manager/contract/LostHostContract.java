package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.common.collect.ImmutableList;
import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.ForgetHostRequest;
import dev.holdfast.proto.admin.v1.ForgetHostResponse;
import dev.holdfast.proto.admin.v1.Host;
import dev.holdfast.proto.admin.v1.ListHostsRequest;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import dev.holdfast.proto.admin.v1.WatchUpgradeRequest;
import dev.holdfast.proto.agent.v1.ConnectResponse.MessageCase;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.ProcessState;
import io.grpc.Status.Code;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Hosts that do not come back, and what happens when they do. */
interface LostHostContract extends Fixture {
    @Test
    default void whatAForgottenHostWasToDoEnds() throws Exception {
        Bench bench = Bench.withShop(manager());
        StreamAgent lost = bench.agent("lost");
        String process = bench.running(lost);
        String queued = bench.requested(lost);
        lost.table(
                Bench.seen(process, ProcessState.PROCESS_STATE_RUNNING).build(),
                Bench.seen(queued, ProcessState.PROCESS_STATE_RUNNING).build());
        bench.awaitState(queued, Process.State.STATE_RUNNING);
        try (StreamAgent other = bench.agent("other")) {
            bench.running(other);
            String id = bench.startUpgrade();
            lost.progress(Bench.startCycle(lost).getCycleId(), CycleState.CYCLE_STATE_PAUSING);
            bench.awaitCycle(id, 0, Cycle.State.STATE_PAUSING);
            Refused.by(Code.FAILED_PRECONDITION, () -> forget(lost.name()));
            bench.away(lost);

            ForgetHostResponse ended = forget(lost.name());
            assertThat(ended.getProcessIdsList()).containsExactlyInAnyOrder(process, queued);
            assertThat(ended.getUpgradeIdsList()).containsExactly(id);
            other.report(Reports.done(Bench.startCycle(other).getCycleId(), 1));
            other.next(MessageCase.CYCLE_REPORT_ACK);
            Upgrade upgrade = bench.ended(id);
            assertThat(upgrade.getState()).isEqualTo(Upgrade.State.STATE_FAILED);
            assertThat(upgrade.getCyclesList())
                    .extracting(Cycle::getState, Cycle::getReason)
                    .containsExactly(
                            tuple(
                                    Cycle.State.STATE_FAILED,
                                    "host " + lost.name()
                                            + " was given up; what became of its connections is not known"),
                            tuple(Cycle.State.STATE_ABORTED, "host " + lost.name() + " was given up before it began"),
                            tuple(Cycle.State.STATE_DONE, ""));
            assertThat(bench.process(process).getState()).isEqualTo(Process.State.STATE_EXITED);
            assertThat(query("SELECT * FROM paused_process WHERE process_id = '" + process + "'"))
                    .isEmpty();
            assertThat(hosts(bench)).containsExactly(other.name());
        }
        assertThat(forget(lost.name())).isEqualTo(ForgetHostResponse.getDefaultInstance());
        assertThat(Refused.by(Code.NOT_FOUND, () -> forget("nowhere")).message())
                .contains("no host 'nowhere'");
    }

    /** Its report is worth having, is kept once, and changes no end. */
    @Test
    default void anAgentThatComesBackAfterAllIsAHostAgainAndMayForgetItsReport() throws Exception {
        Bench bench = Bench.withShop(manager());
        StreamAgent lost = bench.agent("lost");
        String process = bench.running(lost);
        String id = bench.startUpgrade();
        String cycle = Bench.startCycle(lost).getCycleId();
        bench.away(lost);
        forget(lost.name());
        Upgrade failed = bench.ended(id);
        assertThat(failed.getState()).isEqualTo(Upgrade.State.STATE_FAILED);
        assertThat(bench.outcomes(id, 10)).isEmpty();

        try (StreamAgent back = bench.reconnect(lost)) {
            back.table(Bench.seen(process, ProcessState.PROCESS_STATE_RUNNING).build());
            bench.awaitState(process, Process.State.STATE_RUNNING);
            back.progress(cycle, CycleState.CYCLE_STATE_PROVING);
            CycleReport report = Reports.done(cycle, 3);
            back.report(report);
            back.next(MessageCase.CYCLE_REPORT_ACK);
            back.report(report);
            back.next(MessageCase.CYCLE_REPORT_ACK);
            assertThat(back.unread()).isEmpty();
        }
        Upgrade after = bench.ended(id);
        assertThat(after.getState()).isEqualTo(failed.getState());
        assertThat(after.getCycles(0).getReason()).isEqualTo(failed.getCycles(0).getReason());
        assertThat(after.getTotals().getKept()).isEqualTo(3);
        assertThat(bench.outcomes(id, 10)).hasSize(5);
        assertThat(bench.process(process).getImageVersion()).isEqualTo("2");
        assertThat(hosts(bench)).containsExactly(lost.name());
        List<UpgradeEvent> events = ImmutableList.copyOf(manager()
                .upgrades()
                .watchUpgrade(WatchUpgradeRequest.newBuilder().setId(id).build()));
        assertThat(events)
                .extracting(UpgradeEvent::getState)
                .containsExactly("running", "queued", "failed", "failed", "done");
        assertThat(events.getLast().getDetail()).isEqualTo("reported after its host was given up");
        assertThat(events.getLast().getUpgrade()).isEqualTo(after);
    }

    @Test
    default void theNameOfAForgottenHostIsFree() throws Exception {
        Bench bench = Bench.withShop(manager());
        StreamAgent lost = bench.agent("lost");
        bench.running(lost);
        bench.away(lost);
        try (StreamAgent early = StreamAgent.registering(manager().agentsPort(), UUID.randomUUID(), lost.name())) {
            assertThat(early.ended().getDescription()).contains("holdfast host forget " + lost.name());
        }
        forget(lost.name());
        try (StreamAgent rebuilt = StreamAgent.registered(manager().agentsPort(), UUID.randomUUID(), lost.name())) {
            assertThat(rebuilt.name()).isEqualTo(lost.name());
        }
    }

    private ForgetHostResponse forget(String name) {
        return manager()
                .hosts()
                .forgetHost(ForgetHostRequest.newBuilder().setName(name).build());
    }

    private List<String> hosts(Bench bench) {
        return manager()
                .hosts()
                .listHosts(ListHostsRequest.newBuilder().setTenant(bench.tenant).build())
                .getHostsList()
                .stream()
                .map(Host::getName)
                .toList();
    }
}
