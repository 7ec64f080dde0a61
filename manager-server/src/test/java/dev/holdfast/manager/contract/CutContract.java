package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.agent.v1.CycleState;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The network between agent and manager is cut in the middle of a cycle. */
interface CutContract extends Fixture {
    /** With and without a word of it: a cable that is pulled says nothing. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    default void aCycleThatEndedMeanwhileIsReportedOnce(boolean silently) throws Exception {
        Bench bench = Bench.withShop(manager());
        UUID host = UUID.randomUUID();
        String name = bench.tenant + "-cut";
        try (Relay relay = new Relay(manager().agentsPort());
                StreamAgent agent = bench.assigned(StreamAgent.registered(relay.address(), host, name))) {
            bench.running(agent);
            String id = bench.startUpgrade();
            String cycle = Bench.startCycle(agent).getCycleId();
            agent.progress(cycle, CycleState.CYCLE_STATE_STOPPING);
            bench.awaitCycle(id, 0, Cycle.State.STATE_STOPPING);
            if (silently) {
                relay.die();
            } else {
                relay.cut();
            }
            agent.progress(cycle, CycleState.CYCLE_STATE_STARTING);
            bench.reportUntilAcknowledged(agent, Reports.done(cycle, 3));
            assertThat(bench.ended(id).getState()).isEqualTo(Upgrade.State.STATE_DONE);
            assertThat(bench.states(id)).containsExactly("running", "queued", "stopping", "done", "done");
        }
    }

    /** The report has arrived, and the cut swallows that it has. */
    @Test
    default void anAcknowledgementThatIsLostIsSentAgain() throws Exception {
        Bench bench = Bench.withShop(manager());
        UUID host = UUID.randomUUID();
        String name = bench.tenant + "-deaf";
        try (Relay relay = new Relay(manager().agentsPort());
                StreamAgent agent = bench.assigned(StreamAgent.registered(relay.address(), host, name))) {
            bench.running(agent);
            String id = bench.startUpgrade();
            String cycle = Bench.startCycle(agent).getCycleId();
            relay.deafen();
            agent.report(Reports.done(cycle, 3));
            Awaitility.await().until(() -> bench.upgrade(id).getState() == Upgrade.State.STATE_DONE);
            assertThat(agent.unread()).isEmpty();
            Upgrade first = bench.ended(id);
            bench.reportUntilAcknowledged(agent, Reports.done(cycle, 3));
            assertThat(bench.upgrade(id)).isEqualTo(first);
            assertThat(bench.outcomes(id, 10)).hasSize(5);
            assertThat(bench.states(id)).containsExactly("running", "queued", "done", "done");
        }
    }

    /** As by an agent that lost its line and came back while its report was still being written. */
    @Test
    default void aReportThatComesManyTimesAtOnceCountsOnce() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.assigned(
                StreamAgent.registered(manager().agentsPort(), UUID.randomUUID(), bench.tenant + "-eager"))) {
            bench.running(agent);
            String id = bench.startUpgrade();
            String cycle = Bench.startCycle(agent).getCycleId();
            for (int i = 0; i < 20; i++) {
                agent.report(Reports.done(cycle, 3));
            }
            bench.reportUntilAcknowledged(agent, Reports.done(cycle, 3));
            assertThat(bench.ended(id).getState()).isEqualTo(Upgrade.State.STATE_DONE);
            assertThat(bench.outcomes(id, 10)).hasSize(5);
            assertThat(bench.states(id)).containsExactly("running", "queued", "done", "done");
        }
    }
}
