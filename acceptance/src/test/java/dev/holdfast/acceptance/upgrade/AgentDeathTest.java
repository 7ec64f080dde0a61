package dev.holdfast.acceptance.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.acceptance.load.Load;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.Listen;
import dev.holdfast.acceptance.server.NginxServer;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.server.RedisServer;
import dev.holdfast.acceptance.server.ServerImage;
import dev.holdfast.acceptance.server.ShopServer;
import dev.holdfast.acceptance.trial.Trial;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The agent is killed at steps of a cycle, one after the other; at every one of them TortureTest does. The next agent ends the cycle, no client is lost but
 * those that are told so, and nothing stays behind.
 */
@ExtendWith(SharedInstallation.class)
@Timeout(120)
final class AgentDeathTest {
    private static final String HOST = "mortal";
    private static final int CONNECTIONS = 120;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @CsvSource({"stopping, REVERTED", "delivering, REVERTED", "resuming, REVERTED", "done, DONE"})
    void nginxAndItsClientsOutliveIt(String fault, String end, Installation installation) throws Exception {
        outlives(new NginxServer(), image -> image, fault, end, installation);
    }

    /** The new server, which waits beside the old one, dies with the agent. */
    @ParameterizedTest
    @CsvSource({"warming, ABORTED", "delivering, REVERTED"})
    void nginxAndItsClientsOutliveItInAWarmStart(String fault, String end, Installation installation) throws Exception {
        outlives(new NginxServer(), WarmUpgradeTest::warm, fault, end, installation);
    }

    /**
     * Half of the clients never leave such a silence, so this lasts for at least a second: these are paused one by one, or, where
     * only a silence of all tells, all of them.
     */
    @ParameterizedTest
    @CsvSource({
        "http1, cold, pausing+20, ABORTED",
        "opaque, cold, quiescing+20, ABORTED",
        "opaque, warm, quiescing+20, ABORTED"
    })
    void nginxAndItsClientsOutliveItWhilePaused(
            String protocol, String start, String fault, String end, Installation installation) throws Exception {
        UnaryOperator<ServerImage> slow = image ->
                image.withTakeover("start", start).withTakeover("quiet", "1s").withTakeover("protocol", protocol);
        outlives(new NginxServer(), slow, fault, end, installation);
    }

    @ParameterizedTest
    @CsvSource({"delivering+2, REVERTED"})
    void theShopAndItsClientsOutliveIt(String fault, String end, Installation installation) throws Exception {
        outlives(new ShopServer(), image -> image, fault, end, installation);
    }

    @ParameterizedTest
    @CsvSource({"stopping+5, REVERTED"})
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
    @CsvSource({"proving+300, DONE"})
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
            Aftermath aftermath = new Aftermath(installation, HOST, trial, upgrade);
            aftermath.isAgreedOn(report);
            aftermath.isTidy();
        } finally {
            installation.stopAgent(HOST);
        }
    }
}
