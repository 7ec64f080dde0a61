package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.Ports;
import dev.holdfast.agent.linux.TcpRepair;
import dev.holdfast.common.manifest.PortSpec;
import dev.holdfast.common.manifest.Takeover;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sleeps is asked before anybody waits, and the server goes on. */
class GlancesTest {
    private static final int CLIENTS = 2_000;
    private static final Duration SOON = Duration.ofSeconds(20);

    /** Answers "a" to "a", and nothing to anything else. */
    private static final String SERVER = """
            import selectors, socket, sys
            poll = selectors.DefaultSelector()
            listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=500)
            poll.register(listener, selectors.EVENT_READ)
            while True:
                for key, _ in poll.select():
                    if key.fileobj is listener:
                        poll.register(listener.accept()[0], selectors.EVENT_READ)
                        continue
                    asked = key.fileobj.recv(1)
                    if asked == b"a":
                        key.fileobj.send(b"a")
                    elif asked == b"":
                        poll.unregister(key.fileobj)
                        key.fileobj.close()
            """;

    @TempDir
    Path dir;

    @Test
    void tellWhoIsOwedAnAnswerAmongThoseThatSleep() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 is not installed");
        int port = Ports.free();
        try (HeldSockets held = new HeldSockets();
                Judge judge = new Judge(held, Takeover.DEFAULT);
                Swap server = new Swap(dir, port, List.of("/usr/bin/python3", "-c", SERVER, String.valueOf(port)))) {
            assumeTrue(TcpRepair.permitted(held.sockets()), "TCP_REPAIR needs CAP_NET_ADMIN");
            server.connect(CLIENTS);
            for (Socket client : server.clients()) {
                ask(client);
            }
            Socket owed = server.clients().getLast();
            owed.getOutputStream().write('?');
            Holder holder = new Holder(held, List.of(new PortSpec(null, port)));
            await().atMost(SOON).until(() -> {
                holder.refresh(List.of(server.pid()));
                held.connections().forEach(connection -> judge.look(connection, false));
                return held.connections().size() >= CLIENTS
                        && held.connections().stream().allMatch(judge::isLongStill);
            });
            long asleep =
                    held.connections().stream().filter(judge::tellsMoreFrozen).count();
            assertThat(asleep).as("answered in the same tick").isGreaterThan(CLIENTS / 2);

            Glances.at(held.connections(), server.pid(), judge, SOON);

            assertThat(held.connections()).noneMatch(judge::tellsMoreFrozen);
            assertThat(held.connections())
                    .filteredOn(connection -> judge.look(connection, false).owes())
                    .extracting(HeldConnection::peer)
                    .containsExactly((InetSocketAddress) owed.getLocalSocketAddress());
            for (Socket client : server.clients()) {
                ask(client);
            }
        }
    }

    private static void ask(Socket client) throws IOException {
        client.getOutputStream().write('a');
        assertThat(client.getInputStream().read()).isEqualTo('a');
    }
}
