package dev.holdfast.acceptance.upgrade;

import static dev.holdfast.acceptance.upgrade.SharedInstallation.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.acceptance.load.Load;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.load.Newcomers;
import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.Listen;
import dev.holdfast.acceptance.server.NginxServer;
import dev.holdfast.acceptance.server.NodeServer;
import dev.holdfast.acceptance.server.PythonFileServer;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.server.RedisServer;
import dev.holdfast.acceptance.server.ServerImage;
import dev.holdfast.acceptance.server.ShopServer;
import dev.holdfast.acceptance.trial.Trial;
import dev.holdfast.proto.admin.v1.StepTime;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The new server starts while the old one serves, and waits beside it until that one's clients are handed over. */
@ExtendWith(SharedInstallation.class)
@Timeout(120)
final class WarmUpgradeTest {
    private static final int CONNECTIONS = 300;

    static List<RealServer> servers() {
        return List.of(
                new NginxServer(4), new RedisServer(), new NodeServer(), new ShopServer(), new PythonFileServer());
    }

    static ServerImage warm(ServerImage image) {
        return image.withTakeover("start", "warm");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void isNotNoticedOverIpv4(RealServer server, Installation installation) throws Exception {
        new Scenario(installation, HOST, server, CONNECTIONS).isNotNoticed(Listen.freeIpv4(), WarmUpgradeTest::warm);
    }

    @Test
    void isNotNoticedOverIpv6(Installation installation) throws Exception {
        new Scenario(installation, HOST, new NginxServer(4), CONNECTIONS)
                .isNotNoticed(Listen.freeIpv6(), WarmUpgradeTest::warm);
    }

    @Test
    void startsTheNewServerBeforeClientsWait(Installation installation) throws Exception {
        try (Trial trial = Trial.start(installation, HOST, new ShopServer(), Listen.freeIpv4(), WarmUpgradeTest::warm);
                Load load = trial.connect(20)) {
            Upgrade upgrade = trial.upgrade(event -> {});

            assertThat(upgrade.getCycles(0).getStepsList())
                    .extracting(StepTime::getStep)
                    // Where some sleep: it depends on how long the clients have been silent.
                    .filteredOn(step -> !step.equals("looking"))
                    .containsExactly(
                            "preparing",
                            "warming",
                            "holding",
                            "pausing",
                            "quiescing",
                            "stopping",
                            "delivering",
                            "resuming");
            assertThat(load.finish(Scenario.PATIENCE).complaints()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--exit-at-once", "--never-listen", "--never-ready"})
    void isAbortedUnnoticedWhenTheNewVersion(String flaw, Installation installation) throws Exception {
        ShopServer shop = new ShopServer(List.of(), List.of(flaw));
        try (Trial trial = Trial.start(
                        installation,
                        HOST,
                        shop,
                        Listen.freeIpv4(),
                        image -> warm(new ServerImage(
                                image.version(), image.manifest().readyHttp("/healthz", "2s"), image.bundle())));
                Load load = trial.connect(CONNECTIONS);
                Newcomers newcomers =
                        Newcomers.start(trial.listen().socketAddress(), shop.protocol(), 3, Duration.ofMillis(20))) {
            int pid = trial.process().getPid();
            load.start(client -> client % 2 == 0, 1_000);

            Upgrade upgrade = trial.upgrade(event -> {});

            assertThat(upgrade.getState()).as(upgrade::toString).isEqualTo(Upgrade.State.STATE_ABORTED);
            assertThat(upgrade.getCycles(0).getReason()).contains("takeover.start must be cold");
            assertAllOld(load.finish(Scenario.PATIENCE), trial);
            assertAllOld(newcomers.finish(Scenario.PATIENCE), trial);
            assertThat(trial.process().getPid()).isEqualTo(pid);
        }
    }

    private static void assertAllOld(LoadReport report, Trial trial) {
        assertThat(report.complaints()).isEmpty();
        assertThat(report.answeredBy(trial.from().version())).isEqualTo(report.connections());
    }
}
