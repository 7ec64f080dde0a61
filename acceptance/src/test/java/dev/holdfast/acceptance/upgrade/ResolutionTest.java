package dev.holdfast.acceptance.upgrade;

import static dev.holdfast.acceptance.upgrade.SharedInstallation.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.Listen;
import dev.holdfast.acceptance.server.ShopServer;
import dev.holdfast.acceptance.trial.Trial;
import dev.holdfast.proto.admin.v1.ClientProcess;
import dev.holdfast.proto.admin.v1.Port;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Resolution;
import dev.holdfast.proto.admin.v1.ResolvedHost;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** An image of a tenant is resolved to the hosts, processes, clients and ports that the kernel knows. */
@ExtendWith(SharedInstallation.class)
@Timeout(60)
final class ResolutionTest {
    @Test
    void goesDownToThePortsOfThisVeryClient(Installation installation) throws Exception {
        Listen listen = Listen.freeIpv4();
        try (Trial trial = Trial.start(installation, HOST, new ShopServer(), listen);
                Socket one = new Socket(listen.socketAddress().getAddress(), listen.port());
                Socket two = new Socket(listen.socketAddress().getAddress(), listen.port())) {
            Process process = trial.process();

            Resolution resolution = Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(
                            () -> installation.admin().resolve(process.getTenant(), process.getImageName()),
                            found -> connections(found) == 2);

            assertThat(resolution.getHostsList())
                    .extracting(ResolvedHost::getHost)
                    .containsExactly(HOST);
            Process server = resolution.getHosts(0).getProcesses(0);
            assertThat(server.getId()).isEqualTo(process.getId());
            assertThat(server.getPid()).isEqualTo(process.getPid());
            assertThat(server.getPortsList()).extracting(Port::getPort).containsExactly(listen.port());
            assertThat(server.getClientsList()).hasSize(1);
            ClientProcess client = server.getClients(0);
            assertThat(client.getHost()).isEqualTo(HOST);
            assertThat(client.getPid()).isEqualTo((int) ProcessHandle.current().pid());
            assertThat(client.getServerPort()).isEqualTo(listen.port());
            assertThat(client.getPortsList())
                    .containsExactlyInAnyOrderElementsOf(List.of(one.getLocalPort(), two.getLocalPort()));
        }
    }

    private static long connections(Resolution resolution) {
        return resolution.getHostsList().stream()
                .flatMap(host -> host.getProcessesList().stream())
                .flatMap(process -> process.getClientsList().stream())
                .mapToLong(ClientProcess::getPortsCount)
                .sum();
    }
}
