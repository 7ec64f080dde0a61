package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.holdfast.proto.admin.v1.CheckUpgradeRequest;
import dev.holdfast.proto.admin.v1.ProcessCheck;
import dev.holdfast.proto.admin.v1.StopProcessRequest;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import dev.holdfast.proto.admin.v1.WatchUpgradeRequest;
import dev.holdfast.proto.agent.v1.ConnectResponse.MessageCase;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.Finding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several managers on one database: any of them serves any call, whatever manager has the agents' streams. */
interface SeveralManagersContract extends Fixture {
    /** Less than a sweep takes to come. */
    Duration PROMPTLY = Duration.ofSeconds(4);

    @Test
    default void whatIsAskedOfOneReachesAgentsOfOthersPromptly(@TempDir Path directory) throws Exception {
        try (Three three = Three.on(this, directory)) {
            Bench bench = Bench.withShop(three.first());
            try (StreamAgent agent = bench.at(three.second()).agent("a")) {
                // Just after a sweep the next one is far away.
                for (int i = 0; i < 3; i++) {
                    long before = System.nanoTime();
                    String process = bench.running(agent);
                    bench.manager
                            .processes()
                            .stopProcess(StopProcessRequest.newBuilder()
                                    .setId(process)
                                    .build());
                    agent.next(MessageCase.STOP_PROCESS);
                    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(PROMPTLY);
                    agent.table();
                }
            }
        }
    }

    @Test
    default void anUpgradeOfOneGoesOverAgentsOfOthersAndAnyIsWatched(@TempDir Path directory) throws Exception {
        try (Three three = Three.on(this, directory)) {
            Bench bench = Bench.withShop(three.first());
            Bench atThird = bench.at(three.third());
            try (StreamAgent one = bench.at(three.second()).agent("one");
                    StreamAgent other = atThird.agent("other")) {
                bench.running(one);
                bench.running(other);
                String id = bench.startUpgrade();
                CompletableFuture<List<UpgradeEvent>> watched =
                        CompletableFuture.supplyAsync(() -> ImmutableList.copyOf(watch(three.third(), id)));
                for (StreamAgent agent : List.of(one, other)) {
                    String cycle = Bench.startCycle(agent).getCycleId();
                    agent.progress(cycle, CycleState.CYCLE_STATE_HOLDING);
                    agent.report(Reports.done(cycle, 2));
                    agent.next(MessageCase.CYCLE_REPORT_ACK);
                }
                assertThat(watched.get(10, TimeUnit.SECONDS))
                        .extracting(UpgradeEvent::getState)
                        .containsExactly("running", "queued", "queued", "holding", "done", "holding", "done", "done");
                assertThat(atThird.upgrade(id)).isEqualTo(bench.upgrade(id));
                assertThat(bench.upgrade(id).getState()).isEqualTo(Upgrade.State.STATE_DONE);
            }
        }
    }

    /** One event after the other, each promptly. */
    @Test
    default void whatOneWritesTheOthersTellAtOnce(@TempDir Path directory) throws Exception {
        try (Three three = Three.on(this, directory)) {
            Bench bench = Bench.withShop(three.first());
            try (StreamAgent agent = bench.at(three.second()).agent("a")) {
                bench.running(agent);
                String id = bench.startUpgrade();
                Iterator<UpgradeEvent> events = watch(three.third(), id);
                assertThat(events.next().getState()).isEqualTo("running");
                assertThat(events.next().getState()).isEqualTo("queued");
                String cycle = Bench.startCycle(agent).getCycleId();
                for (CycleState state : List.of(CycleState.CYCLE_STATE_HOLDING, CycleState.CYCLE_STATE_PAUSING)) {
                    long before = System.nanoTime();
                    agent.progress(cycle, state);
                    assertThat(state.name()).endsWithIgnoringCase(events.next().getState());
                    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(PROMPTLY);
                }
                agent.report(Reports.done(cycle, 1));
                assertThat(ImmutableList.copyOf(events)).hasSize(2);
            }
        }
    }

    @Test
    default void agentsOfOthersAreAskedBeforeAnUpgrade(@TempDir Path directory) throws Exception {
        try (Three three = Three.on(this, directory)) {
            Bench bench = Bench.withShop(three.first());
            Finding found = Finding.newBuilder()
                    .setCheck("tls")
                    .setSeverity(Finding.Severity.SEVERITY_WARNING)
                    .setDetail("as seen by an agent of another manager")
                    .build();
            try (StreamAgent one = bench.at(three.second()).agent("one");
                    StreamAgent other = bench.agent("other");
                    StreamAgent old = bench.at(three.third()).agent("old")) {
                for (StreamAgent agent : List.of(one, other, old)) {
                    bench.running(agent);
                    agent.finds(found);
                }
                old.answersNoChecks();
                List<ProcessCheck> checked = bench.manager
                        .upgrades()
                        .checkUpgrade(CheckUpgradeRequest.newBuilder()
                                .setTenant(bench.tenant)
                                .setImageName("shop")
                                .setImageVersion("2")
                                .build())
                        .getProcessesList();
                assertThat(checked)
                        .flatExtracting(ProcessCheck::getFindingsList)
                        .extracting(finding -> finding.getDetail())
                        .filteredOn(found.getDetail()::equals)
                        .hasSize(2);
                assertThat(checked)
                        .flatExtracting(ProcessCheck::getFindingsList)
                        .anyMatch(finding -> finding.getDetail().contains("did not answer"));
                assertThat(query("SELECT id FROM question")).isEmpty();
            }
        }
    }

    @Test
    default void whatIsPublishedAtOneIsDownloadedFromAnother(@TempDir Path directory) throws Exception {
        try (Three three = Three.on(this, directory)) {
            Bench bench = new Bench(three.second());
            Path bundle = Publishing.bundle(directory, "bin/server", "content of " + bench.tenant);
            var header = Publishing.withBundle(
                    Publishing.header(bench.tenant, "shop", "1", "exec: [bin/server]\nports: [8080]\n"), bundle);
            Publishing.publish(three.second(), header, Files.readAllBytes(bundle));
            assertThat(Publishing.download(three.third(), header.getBundleDigest(), 0))
                    .isEqualTo(Files.readAllBytes(bundle));
        }
    }

    /** The line is cut while it is idle; what is written meanwhile is found when it is back. */
    @Test
    default void aLineThatIsCutIsMadeAgainAndNothingIsMissed(@TempDir Path directory) throws Exception {
        try (Three three = Three.on(this, directory)) {
            Bench bench = Bench.withShop(three.first());
            try (StreamAgent agent = bench.at(three.second()).agent("a")) {
                for (int i = 0; i < 3; i++) {
                    assertThat(query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                    + " WHERE application_name = 'holdfast-manager-line'"))
                            .hasSize(3);
                    long before = System.nanoTime();
                    bench.running(agent);
                    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(PROMPTLY);
                    Awaitility.await()
                            .until(
                                    () -> query("SELECT pid FROM pg_stat_activity"
                                            + " WHERE application_name = 'holdfast-manager-line'"),
                                    lines -> lines.size() == 3);
                }
            }
        }
    }

    private static Iterator<UpgradeEvent> watch(Calls manager, String id) {
        return manager.upgrades()
                .watchUpgrade(WatchUpgradeRequest.newBuilder().setId(id).build());
    }
}
