package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.linux.TcpRepair;
import dev.holdfast.common.manifest.PortSpec;
import dev.holdfast.common.manifest.Takeover;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What sleeps is asked before anybody waits. Both ends of the connections are here, so that a request is answered within a
 * tick of the kernel's clock; the process that is stopped is another.
 */
class GlancesTest {
    private static final int CLIENTS = 1_200;
    private static final Duration SOON = Duration.ofSeconds(20);

    private record Pair(Socket client, Socket server) {
        void exchange() throws IOException {
            client.getOutputStream().write('q');
            assertThat(server.getInputStream().read()).isEqualTo('q');
            server.getOutputStream().write('a');
            assertThat(client.getInputStream().read()).isEqualTo('a');
        }

        InetSocketAddress peer() {
            return (InetSocketAddress) client.getLocalSocketAddress();
        }
    }

    private final List<Pair> pairs = new ArrayList<>();
    private final HeldSockets held = new HeldSockets();
    private final Judge judge = new Judge(held, Takeover.DEFAULT);
    private Process stopped;

    @BeforeEach
    void connect() throws IOException {
        assumeTrue(TcpRepair.permitted(held.sockets()), "TCP_REPAIR needs CAP_NET_ADMIN");
        stopped = new ProcessBuilder("/bin/sleep", "60").start();
        int port;
        try (ServerSocket listener = new ServerSocket(0, CLIENTS, InetAddress.getLoopbackAddress())) {
            port = listener.getLocalPort();
            for (int i = 0; i < CLIENTS; i++) {
                Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
                pairs.add(new Pair(client, listener.accept()));
            }
        }
        int own = (int) ProcessHandle.current().pid();
        new Holder(held, List.of(new PortSpec(null, port))).refresh(List.of(own));
    }

    @AfterEach
    void end() throws IOException {
        judge.close();
        held.close();
        for (Pair pair : pairs) {
            pair.client().close();
            pair.server().close();
        }
        if (stopped != null) {
            stopped.destroyForcibly();
        }
    }

    @Test
    void tellWhoIsOwedAnAnswerAmongThoseThatSleep() throws IOException {
        for (Pair pair : pairs) {
            pair.exchange();
        }
        Pair owed = pairs.getLast();
        owed.client().getOutputStream().write('q');
        assertThat(owed.server().getInputStream().read()).isEqualTo('q');
        await().atMost(SOON).until(() -> {
            held.connections().forEach(connection -> judge.look(connection, false));
            return held.connections().stream().allMatch(judge::isLongStill);
        });
        assertThat(held.connections().stream().filter(judge::tellsMoreFrozen).count())
                .isBetween(1_000L, (long) CLIENTS);

        Glances.at(held.connections(), (int) stopped.pid(), judge, SOON, SOON);

        assertThat(held.connections()).noneMatch(judge::tellsMoreFrozen);
        assertThat(held.connections())
                .filteredOn(connection -> judge.look(connection, false).owes())
                .extracting(HeldConnection::peer)
                .containsExactly(owed.peer());
        assertThat(Files.readString(Path.of("/proc/" + stopped.pid() + "/status")))
                .as("it goes on")
                .doesNotContain("State:\tT");
    }
}
