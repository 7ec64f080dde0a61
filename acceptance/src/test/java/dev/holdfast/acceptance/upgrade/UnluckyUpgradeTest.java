package dev.holdfast.acceptance.upgrade;

import static dev.holdfast.acceptance.upgrade.SharedInstallation.HOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.acceptance.load.Load;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.Listen;
import dev.holdfast.acceptance.server.ServerImage;
import dev.holdfast.acceptance.server.ShopServer;
import dev.holdfast.acceptance.trial.Comparison;
import dev.holdfast.acceptance.trial.Trial;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with the new version, clients go on with the old one. */
@ExtendWith(SharedInstallation.class)
@Timeout(120)
final class UnluckyUpgradeTest {
    private static final int CONNECTIONS = 300;

    @ParameterizedTest
    @ValueSource(strings = {"--exit-at-once", "--never-listen", "--never-ready"})
    void revertsWhenTheNewVersion(String flaw, Installation installation) throws Exception {
        ShopServer shop = new ShopServer(List.of(), List.of(flaw));
        try (Trial trial = Trial.start(installation, HOST, shop, Listen.freeIpv4(), UnluckyUpgradeTest::impatient)) {
            Upgrade upgrade = upgradeUnderLoad(trial, installation, 1_000);

            assertThat(upgrade.getState()).as(upgrade::toString).isEqualTo(Upgrade.State.STATE_REVERTED);
            assertThat(upgrade.getCycles(0).getReason()).isNotEmpty();
            assertStillOld(trial);
        }
    }

    @Test
    void abortsWhenTheServerDoesNotBecomeQuiet(Installation installation) throws Exception {
        ShopServer slow = new ShopServer(List.of("--slow", "3000"), List.of());
        UnaryOperator<ServerImage> hasty =
                image -> image.with("takeover", Map.of("quiet", "50ms", "deadline", "500ms"));
        try (Trial trial = Trial.start(installation, HOST, slow, Listen.freeIpv4(), hasty)) {
            int pid = trial.process().getPid();
            try (Load load = Load.open(trial.listen().socketAddress(), slow.protocol(), 50, 50)) {
                load.ask(client -> true);
                Upgrade upgrade = trial.upgrade(event -> {});
                LoadReport report = load.finish(Scenario.PATIENCE);

                assertThat(upgrade.getState()).as(upgrade::toString).isEqualTo(Upgrade.State.STATE_ABORTED);
                assertThat(report.complaints()).isEmpty();
                assertThat(report.answeredBy(trial.from().version())).isEqualTo(50);
                assertThat(upgrade.getTotals().getReleased()).isEqualTo(50);
            }
            assertThat(trial.process().getPid()).isEqualTo(pid);
            assertStillOld(trial);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "/nonexistent/shop") // One that the bundle lacks is refused when it is published.
    void isRefusedWhenTheNewExecutableIsMissing(String program, Installation installation) throws Exception {
        try (Trial trial = Trial.start(installation, HOST, new ShopServer(), Listen.freeIpv4())) {
            int pid = trial.process().getPid();
            ServerImage broken = trial.to().with("exec", List.of(program));
            trial.publish(new ServerImage("v3", broken.manifest(), broken.bundle()));

            assertThatThrownBy(() -> trial.upgradeTo("v3", event -> {})).hasMessageContaining("cannot be upgraded now");

            assertThat(trial.process().getPid()).isEqualTo(pid);
            assertStillOld(trial);
        }
    }

    @Test
    void doesNotStartAServerOnAPortThatIsTaken(Installation installation) throws Exception {
        Listen listen = Listen.freeIpv4();
        try (var taken = new ServerSocket()) {
            taken.bind(listen.socketAddress());

            assertThatThrownBy(() -> Trial.start(installation, HOST, new ShopServer(), listen))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(String.valueOf(listen.port()));
        }
        assertThat(installation.admin().processes())
                .filteredOn(process -> process.getTenant().endsWith("-" + listen.port()))
                .isEmpty();
    }

    private static ServerImage impatient(ServerImage image) {
        return new ServerImage(image.version(), image.manifest().readyHttp("/healthz", "4s"), image.bundle());
    }

    private static Upgrade upgradeUnderLoad(Trial trial, Installation installation, int requestsPerSecond)
            throws Exception {
        return upgradeUnderLoad(
                trial, installation, requestsPerSecond, trial.to().version());
    }

    private static Upgrade upgradeUnderLoad(
            Trial trial, Installation installation, int requestsPerSecond, String version) throws Exception {
        try (Load load = trial.connect(CONNECTIONS)) {
            load.start(client -> client % 2 == 0, requestsPerSecond);
            Upgrade upgrade = trial.upgradeTo(version, event -> {});
            LoadReport report = load.finish(Scenario.PATIENCE);

            assertThat(report.complaints()).as(upgrade::toString).isEmpty();
            assertThat(report.answeredBy(trial.from().version())).isEqualTo(CONNECTIONS);
            if (upgrade.getState() == Upgrade.State.STATE_REVERTED) {
                var outcomes = installation.admin().outcomes(upgrade.getId());
                assertThat(Comparison.of(report, upgrade, outcomes).disagreements())
                        .isEmpty();
            }
            return upgrade;
        }
    }

    private static void assertStillOld(Trial trial) throws Exception {
        assertThat(trial.process().getState()).isEqualTo(Process.State.STATE_RUNNING);
        assertThat(trial.process().getImageVersion()).isEqualTo(trial.from().version());
        try (Load fresh = trial.connect(10)) {
            assertThat(fresh.finish(Scenario.PATIENCE).complaints()).isEmpty();
        }
    }
}
