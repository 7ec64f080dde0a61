package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import com.sun.net.httpserver.HttpServer;
import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.Deadlines;
import dev.holdfast.proto.admin.v1.Failures;
import dev.holdfast.proto.admin.v1.Health;
import dev.holdfast.proto.admin.v1.Query;
import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.Rollout.HostsDown;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.Waves;
import dev.holdfast.proto.agent.v1.ConnectResponse.MessageCase;
import dev.holdfast.proto.agent.v1.CycleState;
import io.grpc.Status.Code;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Upgrades that go over their hosts in waves, as agents and operators see them. */
interface RolloutContract extends Fixture {
    @Test
    default void aCanaryGoesFirstThenBatchesWithNoMoreAtOnceThanAllowed() throws Exception {
        try (Farm farm = new Farm(manager(), 5)) {
            String id = farm.start(Rollout.newBuilder()
                    .setWaves(Waves.newBuilder().setCanary("1").setBatch("50%").setMaxParallel("2")));
            farm.awaitStates(id, "upgrading", "waiting", "waiting", "waiting", "waiting");
            farm.upgrade(1);
            farm.awaitStates(id, "upgraded", "upgrading", "upgrading", "waiting", "waiting");
            farm.upgrade(3);
            farm.awaitStates(id, "upgraded", "upgrading", "upgraded", "upgrading", "waiting");
            farm.upgrade(2);
            farm.upgrade(4);
            farm.upgrade(5);
            Upgrade ended = farm.bench.ended(id);
            assertThat(ended.getState()).isEqualTo(Upgrade.State.STATE_DONE);
            assertThat(ended.getWavesList()).hasSize(3).allMatch(wave -> wave.hasStartTime() && wave.hasEndTime());
            assertThat(farm.agents).allMatch(agent -> agent.unread().isEmpty());
        }
    }

    @Test
    default void aFailureBeyondTheBudgetLeavesTheOthersAsTheyAre() throws Exception {
        try (Farm farm = new Farm(manager(), 3)) {
            String id =
                    farm.start(Rollout.newBuilder().setWaves(Waves.newBuilder().setBatch("1")));
            farm.fail(1);
            Upgrade ended = farm.bench.ended(id);
            assertThat(ended.getState()).isEqualTo(Upgrade.State.STATE_REVERTED);
            assertThat(ended.getStopReason()).contains("v2 is broken");
            assertThat(farm.states(id)).containsExactly("failed", "skipped", "skipped");
            assertThat(ended.getCyclesList())
                    .extracting(Cycle::getState)
                    .containsExactly(Cycle.State.STATE_REVERTED, Cycle.State.STATE_ABORTED, Cycle.State.STATE_ABORTED);
            assertThat(farm.agent(2).unread()).isEmpty();
        }
    }

    @Test
    default void autoRollbackTakesBackWhatWasUpgraded() throws Exception {
        try (Farm farm = new Farm(manager(), 3)) {
            String id = farm.start(Rollout.newBuilder()
                    .setWaves(Waves.newBuilder().setBatch("1"))
                    .setFailures(Failures.newBuilder().setAutoRollback(true)));
            farm.upgrade(1);
            assertThat(farm.version(1)).isEqualTo("2");
            farm.fail(2);
            farm.awaitStates(id, "returning", "failed", "skipped");
            var back = farm.start(1);
            assertThat(back.getImage().getVersion()).isEqualTo("1");
            farm.report(1, Reports.done(back.getCycleId(), 2));
            Upgrade ended = farm.bench.ended(id);
            assertThat(ended.getState()).isEqualTo(Upgrade.State.STATE_REVERTED);
            assertThat(ended.getBack()).isTrue();
            assertThat(farm.states(id)).containsExactly("returned", "failed", "skipped");
            assertThat(farm.version(1)).isEqualTo("1");
            assertThat(ended.getCyclesList())
                    .filteredOn(Cycle::getBack)
                    .singleElement()
                    .satisfies(cycle -> {
                        assertThat(cycle.getFromVersion()).isEqualTo("2");
                        assertThat(cycle.getToVersion()).isEqualTo("1");
                        assertThat(cycle.getTotals().getKept()).isEqualTo(2);
                    });
        }
    }

    @Test
    default void aHostWithMoreResetsThanAllowedHasFailed() throws Exception {
        try (Farm farm = new Farm(manager(), 2)) {
            String id = farm.start(Rollout.newBuilder()
                    .setWaves(Waves.newBuilder().setBatch("1"))
                    .setHealth(Health.newBuilder().setMaxReset(0)));
            farm.upgrade(1);
            Upgrade ended = farm.bench.ended(id);
            assertThat(ended.getState()).isEqualTo(Upgrade.State.STATE_FAILED);
            assertThat(farm.states(id)).containsExactly("failed", "skipped");
            assertThat(ended.getWaves(0).getHosts(0).getReason()).contains("reset");
        }
    }

    @Test
    default void aHostMustBeHealthyForAWhile() throws Exception {
        try (Farm farm = new Farm(manager(), 2)) {
            String id = farm.start(Rollout.newBuilder()
                    .setWaves(Waves.newBuilder().setBatch("1"))
                    .setHealth(Health.newBuilder().setMinHealthy(Durations.fromSeconds(600))));
            farm.upgrade(1);
            farm.awaitStates(id, "checking", "waiting");
            farm.die(1);
            Upgrade ended = farm.bench.ended(id);
            assertThat(ended.getState()).isEqualTo(Upgrade.State.STATE_FAILED);
            assertThat(farm.states(id)).containsExactly("failed", "skipped");
        }
    }

    @Test
    default void aQueryThatDoesNotHoldHoldsUpTheNextWave() throws Exception {
        AtomicInteger status = new AtomicInteger(503);
        HttpServer health = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        health.createContext("/", exchange -> {
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        health.start();
        try (Farm farm = new Farm(manager(), 2)) {
            String id = farm.start(Rollout.newBuilder()
                    .setWaves(Waves.newBuilder().setCanary("1"))
                    .setHealth(Health.newBuilder()
                            .addQueries(Query.newBuilder()
                                    .setUrl("http://127.0.0.1:"
                                            + health.getAddress().getPort() + "/{host}"))));
            farm.upgrade(1);
            farm.awaitStates(id, "checking", "waiting");
            farm.awaitWaiting(id, "503");
            assertThat(farm.states(id)).containsExactly("checking", "waiting");
            status.set(204);
            farm.upgrade(2);
            assertThat(farm.bench.ended(id).getState()).isEqualTo(Upgrade.State.STATE_DONE);
        } finally {
            health.stop(0);
        }
    }

    @Test
    default void anApprovalIsAwaited() throws Exception {
        try (Farm farm = new Farm(manager(), 2)) {
            String id = farm.start(Rollout.newBuilder()
                    .setWaves(Waves.newBuilder().setCanary("1").setApproval(Waves.Approval.APPROVAL_CANARY)));
            Refused.by(Code.FAILED_PRECONDITION, () -> Steering.approve(manager(), id, 0));
            farm.upgrade(1);
            farm.awaitWaiting(id, "approval");
            assertThat(farm.bench.upgrade(id).getWaves(1).getWantsApproval()).isTrue();
            assertThat(farm.agent(2).unread()).isEmpty();
            Refused.by(Code.FAILED_PRECONDITION, () -> Steering.approve(manager(), id, 3));
            Steering.approve(manager(), id, 2);
            farm.upgrade(2);
            assertThat(farm.bench.ended(id).getState()).isEqualTo(Upgrade.State.STATE_DONE);
        }
    }

    @Test
    default void nothingBeginsWhilePaused() throws Exception {
        try (Farm farm = new Farm(manager(), 2)) {
            String id =
                    farm.start(Rollout.newBuilder().setWaves(Waves.newBuilder().setBatch("1")));
            String first = farm.cycle(1);
            assertThat(Steering.pause(manager(), id).hasPauseTime()).isTrue();
            farm.report(1, Reports.done(first, 1));
            farm.awaitStates(id, "upgraded", "waiting");
            farm.awaitWaiting(id, "paused");
            assertThat(farm.agent(2).unread()).isEmpty();
            assertThat(Steering.resume(manager(), id).hasPauseTime()).isFalse();
            farm.upgrade(2);
            assertThat(farm.bench.ended(id).getState()).isEqualTo(Upgrade.State.STATE_DONE);
        }
    }

    @Test
    default void aRollbackTakesBackARunningUpgradeAndUndoesWhatIsUnderway() throws Exception {
        try (Farm farm = new Farm(manager(), 3)) {
            String id =
                    farm.start(Rollout.newBuilder().setWaves(Waves.newBuilder().setBatch("1")));
            farm.upgrade(1);
            String underway = farm.cycle(2);
            assertThat(Steering.rollBack(manager(), id, "").getId()).isEqualTo(id);
            assertThat(farm.agent(2)
                            .next(MessageCase.ABORT_CYCLE)
                            .getAbortCycle()
                            .getCycleId())
                    .isEqualTo(underway);
            farm.report(2, Reports.ended(underway, CycleState.CYCLE_STATE_ABORTED, "by request"));
            farm.report(1, Reports.done(farm.cycle(1), 2));
            assertThat(farm.bench.ended(id).getState()).isEqualTo(Upgrade.State.STATE_REVERTED);
            assertThat(farm.states(id)).containsExactly("returned", "failed", "skipped");
        }
    }

    @Test
    default void aRollbackOfAnEndedUpgradeIsAnUpgradeToWhatRanBefore() throws Exception {
        try (Farm farm = new Farm(manager(), 2)) {
            String id =
                    farm.start(Rollout.newBuilder().setWaves(Waves.newBuilder().setBatch("1")));
            farm.upgrade(1);
            farm.upgrade(2);
            farm.bench.ended(id);
            String request = UUID.randomUUID().toString();
            Upgrade back = Steering.rollBack(manager(), id, request);
            assertThat(back.getId()).isNotEqualTo(id);
            assertThat(back.getImageVersion()).isEqualTo("1");
            assertThat(Steering.rollBack(manager(), id, request).getId()).isEqualTo(back.getId());
            farm.upgrade(1);
            farm.upgrade(2);
            assertThat(farm.bench.ended(back.getId()).getState()).isEqualTo(Upgrade.State.STATE_DONE);
            assertThat(farm.version(2)).isEqualTo("1");
        }
    }

    @Test
    default void hostsWhoseAgentsAreAwayAreWaitedForSkippedOrFailed() throws Exception {
        try (Farm farm = new Farm(manager(), 2)) {
            farm.bench.away(farm.agent(1));
            farm.longAway(this, 1);
            String skipping = farm.start(Rollout.newBuilder().setHostsDown(HostsDown.HOSTS_DOWN_SKIP));
            farm.upgrade(2);
            assertThat(farm.bench.ended(skipping).getState()).isEqualTo(Upgrade.State.STATE_DONE);
            assertThat(farm.states(skipping)).containsExactly("skipped", "upgraded");

            String failing = farm.start(Rollout.newBuilder().setHostsDown(HostsDown.HOSTS_DOWN_FAIL));
            assertThat(farm.bench.ended(failing).getState()).isEqualTo(Upgrade.State.STATE_ABORTED);

            String waiting = farm.start(Rollout.newBuilder());
            farm.awaitWaiting(waiting, farm.agent(1).name());
            try (StreamAgent back = farm.bench.reconnect(farm.agent(1))) {
                back.report(Reports.done(Bench.startCycle(back).getCycleId(), 1));
                assertThat(farm.bench.ended(waiting).getState()).isEqualTo(Upgrade.State.STATE_DONE);
            }
        }
    }

    @Test
    default void whatTakesLongerThanItsDeadlineIsUndone() throws Exception {
        try (Farm farm = new Farm(manager(), 1)) {
            String id = farm.start(
                    Rollout.newBuilder().setDeadlines(Deadlines.newBuilder().setHost(Durations.fromSeconds(1))));
            String cycle = farm.cycle(1);
            assertThat(farm.agent(1)
                            .next(MessageCase.ABORT_CYCLE)
                            .getAbortCycle()
                            .getCycleId())
                    .isEqualTo(cycle);
            farm.report(1, Reports.ended(cycle, CycleState.CYCLE_STATE_ABORTED, "it took too long"));
            assertThat(farm.bench.ended(id).getState()).isEqualTo(Upgrade.State.STATE_ABORTED);
        }
    }

    @Test
    default void aHostThatIsLostInMidUpgradeIsGivenUpAtItsDeadline() throws Exception {
        try (Farm farm = new Farm(manager(), 1)) {
            String id = farm.start(
                    Rollout.newBuilder().setDeadlines(Deadlines.newBuilder().setHost(Durations.fromSeconds(1))));
            farm.cycle(1);
            farm.bench.away(farm.agent(1));
            Upgrade ended = farm.bench.ended(id);
            assertThat(ended.getState()).isEqualTo(Upgrade.State.STATE_FAILED);
            assertThat(ended.getCycles(0).getReason()).contains("what became of its connections is not known");
        }
    }

    @Test
    default void aPlanTouchesNothing() throws Exception {
        try (Farm farm = new Farm(manager(), 3)) {
            var plan = manager()
                    .upgrades()
                    .planUpgrade(farm.bench
                            .upgradeRequest()
                            .setRollout(Rollout.newBuilder()
                                    .setWaves(Waves.newBuilder()
                                            .setCanary("1")
                                            .setApproval(Waves.Approval.APPROVAL_EVERY)))
                            .build());
            assertThat(plan.getWavesList()).hasSize(2);
            assertThat(plan.getWaves(1).getWantsApproval()).isTrue();
            assertThat(plan.getWaves(1).getHostsList())
                    .hasSize(2)
                    .allMatch(host -> host.getConnected() && host.getProcessesCount() == 1);
            assertThat(query("SELECT count(*) FROM upgrade JOIN tenant ON tenant.id = tenant_id WHERE tenant.name = '"
                            + farm.bench.tenant + "'"))
                    .containsExactly("0");
        }
    }

    /** As a pipeline tries again: all that can be said comes back from its row as it was. */
    @Test
    default void theSameRequestWithAWholeRolloutIsTheSameUpgrade() throws Exception {
        try (Farm farm = new Farm(manager(), 2)) {
            var request = farm.bench
                    .upgradeRequest()
                    .setRequestId(UUID.randomUUID().toString())
                    .setRollout(Rollout.newBuilder()
                            .putHostLabels("zone", "a")
                            .setWaves(Waves.newBuilder()
                                    .setCanary("1")
                                    .setSoak(Durations.fromMillis(1_500))
                                    .setApproval(Waves.Approval.APPROVAL_CANARY)
                                    .setGroupBy("zone")
                                    .addGroupOrder("a"))
                            .setHealth(Health.newBuilder()
                                    .setMaxReset(0)
                                    .addQueries(Query.newBuilder()
                                            .setUrl("http://127.0.0.1:1")
                                            .setPrometheus("up")
                                            .setMin(0.1)))
                            .setFailures(Failures.newBuilder())
                            .setDeadlines(Deadlines.newBuilder().setUpgrade(Durations.fromHours(1)))
                            .setHostsDown(HostsDown.HOSTS_DOWN_WAIT))
                    .build();
            Upgrade first = manager().upgrades().startUpgrade(request);
            assertThat(first.getRollout()).isEqualTo(request.getRollout());
            assertThat(manager().upgrades().startUpgrade(request).getId()).isEqualTo(first.getId());
        }
    }

    @Test
    default void aWrongRolloutIsRefusedWithItsField() throws Exception {
        try (Farm farm = new Farm(manager(), 1)) {
            Refused.by(
                            Code.INVALID_ARGUMENT,
                            () -> farm.start(Rollout.newBuilder()
                                    .setWaves(Waves.newBuilder().setCanary("101%"))))
                    .field("rollout.waves.canary", "101%");
            Refused.by(
                            Code.INVALID_ARGUMENT,
                            () -> farm.start(Rollout.newBuilder().putHostLabels("rack", "7")))
                    .field("rollout.host_labels[rack]", "rack");
            var request =
                    farm.bench.upgradeRequest().setRequestId(UUID.randomUUID().toString());
            manager().upgrades().startUpgrade(request.build());
            Refused.by(
                            Code.INVALID_ARGUMENT,
                            () -> manager()
                                    .upgrades()
                                    .startUpgrade(request.setRollout(
                                                    Rollout.newBuilder().setHostsDown(HostsDown.HOSTS_DOWN_SKIP))
                                            .build()))
                    .field("request_id", "another rollout");
        }
    }
}
