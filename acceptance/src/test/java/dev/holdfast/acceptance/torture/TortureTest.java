package dev.holdfast.acceptance.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.acceptance.demo.Progress;
import dev.holdfast.acceptance.process.Holds;
import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.NginxServer;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.server.RedisServer;
import dev.holdfast.acceptance.server.ShopServer;
import dev.holdfast.acceptance.upgrade.SharedInstallation;
import dev.holdfast.common.manifest.Takeover;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A short form of the torture. docs/torture.md has the long one. */
@ExtendWith(SharedInstallation.class)
@Timeout(180)
final class TortureTest {
    private static final String HOST = "tortured";
    private static final int CLIENTS = 100;
    private static final int CLIENTS_WHERE_SOMEBODY_IS_KILLED = 40;
    private static final int UPGRADES = 2;
    private static final long SEED = 1;

    static List<RealServer> servers() {
        return List.of(new ShopServer(), new NginxServer(4), new RedisServer());
    }

    @ParameterizedTest
    @MethodSource("servers")
    void nothingIsLost(RealServer server, Installation installation) throws Exception {
        TortureResult result = result(server, CLIENTS, UPGRADES, Victim.NONE, At.RANDOM, installation);

        assertThat(result.upgrades()).doesNotContainKeys("reverted", "failed");
    }

    @Test
    void nothingIsLostWhereverAServerIsKilled(Installation installation) throws Exception {
        killed(new ShopServer(), Victim.SERVER.steps().size(), Victim.SERVER, At.BOUNDARIES, installation);
    }

    @Test
    void nothingIsLostWhenAgentsAreKilled(Installation installation) throws Exception {
        killed(new NginxServer(), UPGRADES, Victim.AGENT, At.RANDOM, installation);
    }

    /** And so do those that take the cycle up from it. */
    @Test
    void nothingIsLostWhereAnAgentDiesOfItself(Installation installation) throws Exception {
        killed(new RedisServer(), 1, Victim.AGENT, At.CALLS, installation);
    }

    @Test
    void nothingIsLostWhereAServerIsKilledInTheMiddle(Installation installation) throws Exception {
        killed(new RedisServer(), UPGRADES, Victim.SERVER, At.CALLS, installation);
    }

    private static void killed(RealServer server, int upgrades, Victim victim, At at, Installation installation)
            throws Exception {
        TortureResult result = result(server, CLIENTS_WHERE_SOMEBODY_IS_KILLED, upgrades, victim, at, installation);

        assertThat(result.upgrades()).doesNotContainKeys("failed");
        // Not every one: a server that does not become quiet on a slow machine is not brought to the later boundaries.
        assertThat(result.faults()).isPositive();
    }

    private static TortureResult result(
            RealServer server, int clients, int upgrades, Victim victim, At at, Installation installation)
            throws Exception {
        assumeTrue(server.missing().isEmpty(), () -> server.missing().orElse(""));
        Ordeal.Plan plan = new Ordeal.Plan(server, Set.of(), clients, upgrades, Takeover.Start.COLD, victim, at, SEED);
        Holds holds = installation.startAgentWithHolds(HOST);
        try {
            TortureResult result = new Ordeal(
                            installation, HOST, holds, plan, new Progress(System.out), new Failures(System.out, SEED))
                    .run();
            assertThat(result.good()).as(result::json).isTrue();
            assertThat(result.upgrades().values().stream()
                            .mapToInt(Integer::intValue)
                            .sum())
                    .isEqualTo(upgrades);
            return result;
        } finally {
            installation.stopAgent(HOST);
        }
    }
}
