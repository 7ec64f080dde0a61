package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.Rollout.HostsDown;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import dev.holdfast.proto.admin.v1.WatchUpgradeRequest;
import dev.holdfast.proto.admin.v1.Waves;
import dev.holdfast.proto.agent.v1.StartCycle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hosts are told to have ready before their turn, and what those learn that were away. */
interface StagingContract extends Fixture {
    @Test
    default void aBundleIsStagedInTheWaveUnderwayAndTheNext(@TempDir Path directory) throws Exception {
        try (Farm farm = new Farm(manager(), 4)) {
            startBundled(farm, directory, "staged");
            farm.cycle(1);
            awaitStaged(farm.agent(2), "3");
            assertThat(farm.agent(1).staged()).as("its cycle fetches").isEmpty();
            assertThat(farm.agent(3).staged()).isEmpty();
            assertThat(farm.agent(4).staged()).isEmpty();

            farm.bench.away(farm.agent(2));
            try (StreamAgent again = farm.bench.reconnect(farm.agent(2))) {
                awaitStaged(again, "3");
                assertThat(again.unread()).isEmpty();
                assertThat(farm.agent(3).staged()).isEmpty();
            }
        }
    }

    @Test
    default void theNextWavesAreStagedWhenOneHasBegun(@TempDir Path directory) throws Exception {
        try (Farm farm = new Farm(manager(), 4)) {
            startBundled(farm, directory, "next");
            farm.upgrade(1);
            farm.cycle(2);
            awaitStaged(farm.agent(3), "3");
            assertThat(farm.agent(4).staged()).isEmpty();
        }
    }

    @Test
    default void whoWatchesHearsThatABundleCannotBeStaged(@TempDir Path directory) throws Exception {
        try (Farm farm = new Farm(manager(), 2)) {
            String id = startBundled(farm, directory, "full");
            farm.cycle(1);
            awaitStaged(farm.agent(2), "3");
            farm.agent(2).cannotStage("the disk is full");

            Iterator<UpgradeEvent> events = farm.bench
                    .manager
                    .upgrades()
                    .withDeadlineAfter(Bench.LONG)
                    .watchUpgrade(WatchUpgradeRequest.newBuilder().setId(id).build());
            UpgradeEvent event = events.next();
            while (!event.getDetail().contains("the disk is full")) {
                event = events.next();
            }
            assertThat(event.getHost()).isEqualTo(farm.agent(2).name());
            assertThat(event.getState()).isEqualTo("waiting");
            assertThat(event.getDetail()).contains("its turn will try again");
        }
    }

    @Test
    default void anImageWithoutABundleIsNotStaged() throws Exception {
        try (Farm farm = new Farm(manager(), 2)) {
            String id =
                    farm.start(Rollout.newBuilder().setWaves(Waves.newBuilder().setBatch("1")));
            farm.upgrade(1);
            farm.upgrade(2);
            farm.bench.ended(id);
            assertThat(farm.agents).allMatch(agent -> agent.staged().isEmpty());
        }
    }

    @Test
    default void whoWasAwayForAllOfAnUpgradeLearnsOfItAndConverges(@TempDir Path directory) throws Exception {
        try (Farm farm = new Farm(manager(), 2)) {
            farm.bench.away(farm.agent(2));
            farm.longAway(this, 2);
            String id = startBundled(farm, directory, "away");
            farm.upgrade(1);
            farm.awaitStates(id, "upgraded", "waiting");
            farm.awaitWaiting(id, farm.agent(2).name());
            try (StreamAgent back = farm.bench.reconnect(farm.agent(2))) {
                StartCycle start = Bench.startCycle(back);
                assertThat(start.getImage().getVersion()).isEqualTo("3");
                back.report(Reports.done(start.getCycleId(), 1));
                assertThat(farm.bench.ended(id).getState()).isEqualTo(Upgrade.State.STATE_DONE);
                assertThat(farm.version(2)).isEqualTo("3");
            }
        }
    }

    @Test
    default void whoWasSkippedIsNotTouchedWhenItComesBack() throws Exception {
        try (Farm farm = new Farm(manager(), 2)) {
            farm.bench.away(farm.agent(2));
            farm.longAway(this, 2);
            String id = farm.start(Rollout.newBuilder().setHostsDown(HostsDown.HOSTS_DOWN_SKIP));
            farm.upgrade(1);
            assertThat(farm.bench.ended(id).getState()).isEqualTo(Upgrade.State.STATE_DONE);
            try (StreamAgent back = farm.bench.reconnect(farm.agent(2))) {
                farm.bench.requested(back);
                assertThat(back.unread()).isEmpty();
                assertThat(back.staged()).isEmpty();
                assertThat(farm.states(id)).containsExactly("upgraded", "skipped");
                assertThat(farm.version(2)).isEqualTo("1");
            }
        }
    }

    /** Version 3 has a bundle; one host after the other. */
    private static String startBundled(Farm farm, Path directory, String what) throws Exception {
        Path bundle = Publishing.bundle(directory, "bin/server", what + farm.bench.tenant);
        Publishing.publish(
                farm.bench.manager,
                Publishing.withBundle(
                        Publishing.header(farm.bench.tenant, "shop", "3", PublishContract.IN_BUNDLE), bundle),
                Files.readAllBytes(bundle));
        return farm.bench
                .manager
                .upgrades()
                .startUpgrade(farm.bench
                        .upgradeRequest()
                        .setImageVersion("3")
                        .setRollout(
                                Rollout.newBuilder().setWaves(Waves.newBuilder().setBatch("1")))
                        .build())
                .getId();
    }

    private static void awaitStaged(StreamAgent agent, String version) {
        Awaitility.await().atMost(Bench.LONG).until(agent::staged, List.of(version)::equals);
    }
}
