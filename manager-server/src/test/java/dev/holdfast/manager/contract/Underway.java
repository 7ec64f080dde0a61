package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.agent.v1.CycleState;
import java.time.Duration;
import org.awaitility.Awaitility;

/** An upgrade whose one cycle has come to a state in which clients wait. */
record Underway(Bench bench, StreamAgent first, String upgrade, String cycle) {
    static Underway on(Calls manager) throws Exception {
        Bench bench = Bench.withShop(manager);
        StreamAgent agent = bench.agent("a");
        bench.running(agent);
        String upgrade = bench.startUpgrade();
        String cycle = Bench.startCycle(agent).getCycleId();
        agent.progress(cycle, CycleState.CYCLE_STATE_QUIESCING);
        bench.awaitCycle(upgrade, 0, Cycle.State.STATE_QUIESCING);
        return new Underway(bench, agent, upgrade, cycle);
    }

    StreamAgent agent() {
        return StreamAgent.registering(bench.manager.agentsPort(), first.id(), first.name());
    }

    void awaitUp() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> bench.upgrade(upgrade).getState() == Upgrade.State.STATE_RUNNING);
    }

    void isReportedOnce() throws Exception {
        bench.reportUntilAcknowledged(first, Reports.done(cycle, 3));
        bench.reportUntilAcknowledged(first, Reports.done(cycle, 3));
        first.close();
        assertThat(bench.ended(upgrade).getState()).isEqualTo(Upgrade.State.STATE_DONE);
        assertThat(bench.outcomes(upgrade, 10)).hasSize(5);
        assertThat(bench.states(upgrade)).containsExactly("running", "queued", "quiescing", "done", "done");
    }
}
