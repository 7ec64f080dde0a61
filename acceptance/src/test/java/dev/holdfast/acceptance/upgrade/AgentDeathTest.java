package dev.holdfast.acceptance.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.acceptance.load.ClientReport;
import dev.holdfast.acceptance.load.Load;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.Listen;
import dev.holdfast.acceptance.server.NginxServer;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.server.RedisServer;
import dev.holdfast.acceptance.server.ServerImage;
import dev.holdfast.acceptance.server.ShopServer;
import dev.holdfast.acceptance.trial.Comparison;
import dev.holdfast.acceptance.trial.Trial;
import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.Port;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The agent is killed at every step of a cycle, one after the other. The next agent ends the cycle, no client is lost but
 * those that are told so, and nothing stays behind.
 */
@ExtendWith(SharedInstallation.class)
@Timeout(120)
final class AgentDeathTest {
    private static final String HOST = "mortal";
    private static final int CONNECTIONS = 120;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @CsvSource({
        "preparing, ABORTED",
        "holding, ABORTED",
        "pausing, ABORTED",
        "quiescing, ABORTED",
        "quiescing+20, ABORTED",
        "stopping, REVERTED",
        "starting, REVERTED",
        "delivering, REVERTED",
        "resuming, REVERTED",
        "done, DONE",
        "kept, DONE"
    })
    void nginxAndItsClientsOutliveIt(String fault, String end, Installation installation) throws Exception {
        outlives(new NginxServer(), image -> image, fault, end, installation);
    }

    /** The new server, which waits beside the old one, dies with the agent. */
    @ParameterizedTest
    @CsvSource({
        "warming, ABORTED",
        "warming+30, ABORTED",
        "holding, ABORTED",
        "quiescing+20, ABORTED",
        "stopping, REVERTED",
        "delivering, REVERTED",
        "resuming, REVERTED",
        "done, DONE"
    })
    void nginxAndItsClientsOutliveItInAWarmStart(String fault, String end, Installation installation) throws Exception {
        outlives(new NginxServer(), WarmUpgradeTest::warm, fault, end, installation);
    }

    @ParameterizedTest
    @CsvSource({"quiescing, ABORTED", "delivering+2, REVERTED"})
    void theShopAndItsClientsOutliveIt(String fault, String end, Installation installation) throws Exception {
        outlives(new ShopServer(), image -> image, fault, end, installation);
    }

    @ParameterizedTest
    @CsvSource({"stopping, REVERTED", "stopping+5, REVERTED"})
    void aServerThatIsAskedToEndAndItsClientsOutliveIt(String fault, String end, Installation installation)
            throws Exception {
        outlives(new RedisServer(true), image -> image, fault, end, installation);
    }

    @ParameterizedTest
    @CsvSource({"reverting, REVERTED", "reverted, REVERTED"})
    void clientsOutliveItOnTheWayBack(String fault, String end, Installation installation) throws Exception {
        ShopServer shop = new ShopServer(List.of(), List.of("--exit-at-once"));
        outlives(shop, image -> image, fault, end, installation);
    }

    @ParameterizedTest
    @CsvSource({"proving, DONE", "proving+300, DONE"})
    void aNewServerOnTrialAndItsClientsOutliveIt(String fault, String end, Installation installation) throws Exception {
        UnaryOperator<ServerImage> onTrial = image -> image.withTakeover("prove", "2s");
        outlives(new NginxServer(), onTrial, fault, end, installation);
    }

    private static void outlives(
            RealServer server, UnaryOperator<ServerImage> change, String fault, String end, Installation installation)
            throws Exception {
        assumeTrue(server.missing().isEmpty(), () -> server.missing().orElse(""));
        installation.startAgent(HOST, List.of("-Dholdfast.agent.fault=" + fault));
        try (Trial trial = Trial.start(installation, HOST, server, Listen.freeIpv4(), change);
                Load load = trial.connect(CONNECTIONS)) {
            load.start(client -> client % 2 == 0, 1_000);
            Upgrade started = trial.begin();
            assertThat(installation.awaitAgentEnd(HOST, PATIENCE)).as(fault).isTrue();
            load.ask(client -> client % 4 == 1);
            installation.startAgent(HOST, List.of());
            Upgrade upgrade = installation.admin().watch(started.getId(), _ -> {});

            LoadReport report = load.finish(PATIENCE);
            assertThat(upgrade.getState())
                    .as(() -> upgrade + installation.logs())
                    .isEqualTo(Upgrade.State.valueOf("STATE_" + end));
            assertAgreed(installation, upgrade, report);
            assertNothingIsLeft(installation, trial, upgrade);
        } finally {
            installation.stopAgent(HOST);
        }
    }

    /** Who lost the connection was told so, and had been waiting for an answer. */
    private static void assertAgreed(Installation installation, Upgrade upgrade, LoadReport report) {
        List<ConnectionOutcome> outcomes = installation.admin().outcomes(upgrade.getId());
        assertThat(Comparison.of(report, upgrade, outcomes).disagreements())
                .as(installation::logs)
                .isEmpty();
        assertThat(report.wrong()).isZero();
        assertThat(report.clients())
                .filteredOn(client -> !client.kept())
                .as(() -> outcomes.stream()
                                .filter(each -> !each.getReason().isEmpty())
                                .toList()
                        + installation.logs())
                .allMatch(client -> client.sent() > client.answered(), "awaited an answer")
                .extracting(ClientReport::fault)
                .allMatch(lost -> Objects.requireNonNull(lost).toString().contains("reset"));
    }

    private static void assertNothingIsLeft(Installation installation, Trial trial, Upgrade upgrade) {
        Path data = installation.directoryOf(HOST);
        Awaitility.await("the report is acknowledged")
                .atMost(PATIENCE)
                .until(() -> Traces.files(data.resolve("reports")).isEmpty());
        Awaitility.await("the next agent has tidied up")
                .atMost(PATIENCE)
                .until(() -> Traces.files(data.resolve("cycles")).isEmpty());
        assertThat(Traces.parkings(upgrade.getCycles(0).getId())).isEmpty();
        assertThat(Traces.shells(data)).isEmpty();
        Process process = Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        trial::process,
                        now -> now.getPortsCount() == 1
                                && ProcessHandle.of(now.getPid()).isPresent());
        Port port = process.getPorts(0);
        Set<Long> server = Traces.server(process.getPid());
        assertThat(Traces.holders(String.valueOf(port.getInode())))
                .as("whoever listens is the one server")
                .isNotEmpty()
                .isSubsetOf(server);
    }
}
