package dev.holdfast.acceptance.upgrade;

import static dev.holdfast.acceptance.upgrade.SharedInstallation.HOST;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.Listen;
import dev.holdfast.acceptance.server.NginxServer;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.server.RedisServer;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every server of the catalogue goes from version to version, and none of its clients notices. */
@ExtendWith(SharedInstallation.class)
@Timeout(180)
final class RealServerUpgradeTest {
    static List<RealServer> servers() {
        return RealServer.all();
    }

    static List<RealServer> fastServers() {
        return List.of(new NginxServer(), new RedisServer());
    }

    /** Not working yet, by place in the catalogue: skipped with the reason until they do; CHANGELOG.md lists them. */
    private static void assumeWorks(RealServer server) {
        int place = RealServer.all().stream().map(RealServer::getClass).toList().indexOf(server.getClass()) + 1;
        assumeFalse(place == 5, "known failure: the upgrade of this server under 1,000 connections does not end done");
        assumeFalse(place == 7, "known failure: jwebserver does not keep 1,000 idle connections at the start");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void upgradesOverIpv4(RealServer server, Installation installation) throws Exception {
        assumeWorks(server);
        new Scenario(installation, HOST, server, 1_000).isNotNoticed(Listen.freeIpv4());
    }

    @ParameterizedTest
    @MethodSource("servers")
    void upgradesOverIpv6(RealServer server, Installation installation) throws Exception {
        assumeWorks(server);
        new Scenario(installation, HOST, server, 1_000).isNotNoticed(Listen.freeIpv6());
    }

    @ParameterizedTest
    @MethodSource("fastServers")
    void upgradesUnderManyConnections(RealServer server, Installation installation) throws Exception {
        new Scenario(installation, HOST, server, 8_000).isNotNoticed(Listen.freeIpv4());
    }
}
