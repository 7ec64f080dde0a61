package dev.holdfast.acceptance.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.acceptance.demo.Progress;
import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.NginxServer;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.server.RedisServer;
import dev.holdfast.acceptance.server.ShopServer;
import dev.holdfast.acceptance.upgrade.SharedInstallation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A short form of the torture. The long one is {@code holdfast torture}. */
@ExtendWith(SharedInstallation.class)
@Timeout(120)
final class TortureTest {
    private static final int CLIENTS = 100;
    private static final int UPGRADES = 5;
    private static final long SEED = 1;
    /**
     * What the agent cannot do for want of knowing the protocol: it takes the pause in a streamed answer for its end, and an
     * answer for the whole one when more was asked in the same breath. Of uploads in pieces to the shop it has cut one in some
     * hundreds (seed 1, 100 clients); why is not known.
     */
    private static final Set<String> NOT_YET = Set.of("streaming", "halting", "uploading");

    static List<RealServer> servers() {
        return List.of(new ShopServer(), new NginxServer(), new RedisServer());
    }

    @ParameterizedTest
    @MethodSource("servers")
    void nothingIsLost(RealServer server, Installation installation) throws Exception {
        assumeTrue(server.missing().isEmpty(), () -> server.missing().orElse(""));
        Set<String> kinds = new LinkedHashSet<>(Mix.kinds(server));
        kinds.removeAll(NOT_YET);
        Ordeal.Plan plan = new Ordeal.Plan(server, kinds, CLIENTS, UPGRADES, Victim.NONE, SEED);

        TortureResult result = new Ordeal(
                        installation,
                        SharedInstallation.HOST,
                        plan,
                        new Progress(System.out),
                        new Failures(System.out, SEED))
                .run();

        assertThat(result.good()).as(result::json).isTrue();
        assertThat(result.upgrades().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum())
                .isEqualTo(UPGRADES);
        assertThat(result.upgrades()).doesNotContainKeys("reverted", "failed");
    }
}
