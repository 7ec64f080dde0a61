package dev.holdfast.acceptance.upgrade;

import static dev.holdfast.acceptance.upgrade.SharedInstallation.HOST;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.Listen;
import dev.holdfast.acceptance.server.NginxServer;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.server.RedisServer;
import dev.holdfast.acceptance.server.ShopServer;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers that run as an ordinary user, under an agent that is root and under one that is that user itself. */
@ExtendWith(SharedInstallation.class)
@Timeout(120)
final class OrdinaryUserTest {
    private static final String USER = "nobody";
    private static final String ORDINARY_HOST = "host-of-" + USER;

    @BeforeAll
    static void startAgentWithoutPrivileges(Installation installation) throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can start agents as other users");
        installation.startAgentAs(USER, ORDINARY_HOST);
    }

    static List<RealServer> servers() {
        return List.of(new ShopServer(), new NginxServer(), new RedisServer());
    }

    @ParameterizedTest
    @MethodSource("servers")
    void agentAndServerAreAnOrdinaryUsers(RealServer server, Installation installation) throws Exception {
        new Scenario(installation, ORDINARY_HOST, server, 300).isNotNoticed(Listen.freeIpv4());
    }

    @ParameterizedTest
    @MethodSource("servers")
    void onlyTheServerIsAnOrdinaryUsers(RealServer server, Installation installation) throws Exception {
        new Scenario(installation, HOST, server, 300)
                .isNotNoticed(Listen.freeIpv4(), image -> image.with("user", USER));
    }
}
