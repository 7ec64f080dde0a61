package dev.holdfast.acceptance.upgrade;

import static dev.holdfast.acceptance.upgrade.SharedInstallation.HOST;

import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.JdkFileServer;
import dev.holdfast.acceptance.server.Listen;
import dev.holdfast.acceptance.server.NginxServer;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.server.RedisServer;
import dev.holdfast.acceptance.server.ShopServer;
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

    /** An event loop in C, and virtual threads. */
    static List<RealServer> someServers() {
        return List.of(new NginxServer(), new ShopServer());
    }

    static List<RealServer> fastServers() {
        return List.of(new NginxServer(), new RedisServer());
    }

    @ParameterizedTest
    @MethodSource("servers")
    void upgradesOverIpv4(RealServer server, Installation installation) throws Exception {
        // With one thread for all of them it becomes quiet at last, but takes half a minute for a thousand.
        int clients = server instanceof JdkFileServer ? 100 : 1_000;
        new Scenario(installation, HOST, server, clients).isNotNoticed(Listen.freeIpv4());
    }

    @ParameterizedTest
    @MethodSource("someServers")
    void upgradesOverIpv6(RealServer server, Installation installation) throws Exception {
        new Scenario(installation, HOST, server, 1_000).isNotNoticed(Listen.freeIpv6());
    }

    @ParameterizedTest
    @MethodSource("fastServers")
    void upgradesUnderManyConnections(RealServer server, Installation installation) throws Exception {
        new Scenario(installation, HOST, server, 8_000).isNotNoticed(Listen.freeIpv4());
    }
}
