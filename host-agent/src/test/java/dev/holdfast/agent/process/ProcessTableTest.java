package dev.holdfast.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.Ports;
import dev.holdfast.agent.process.ManagedProcess.State;
import dev.holdfast.agent.process.TableEntry.Client;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTableTest {
    private static final String PYTHON_SERVER = """
            import socket, sys, time
            server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
            taken = []
            while True:
                taken.append(server.accept())
            """;

    private final ProcessTable table = new ProcessTable();
    private final Exits exits = new Exits();

    @TempDir
    Path dir;

    private int port;
    private ManagedProcess server;

    @BeforeEach
    void start() throws IOException {
        port = Ports.free();
        Launch launch = new Launch(
                List.of("/bin/sh", "-c", "sleep 60 & exec /usr/bin/python3 -c \"$0\" " + port, PYTHON_SERVER),
                null,
                Map.of(),
                dir,
                LogFiles.in(dir));
        ImageRef image = Images.plain("exec: [\"/bin/true\"]\nports: [" + port + "]\n");
        server = ManagedProcess.starting("p-1", image)
                .spawned(ProcessIdentity.of(Launcher.start(launch)), Instant.now())
                .running();
        await().until(() -> !read(false).ports().isEmpty());
    }

    @AfterEach
    void end() {
        ProcessTree.of(server.pid()).killAll(exits, Duration.ofSeconds(10));
    }

    private TableEntry read(boolean withClients) {
        return table.read(List.of(server), withClients).getFirst();
    }

    @Test
    void showsChildrenAndPorts() {
        TableEntry entry = read(false);

        assertThat(entry.children()).singleElement().satisfies(child -> {
            assertThat(child.pid()).isNotEqualTo(server.pid());
            assertThat(child.command()).isEqualTo("sleep 60");
        });
        assertThat(entry.ports()).singleElement().satisfies(listening -> {
            assertThat(listening.address()).isEqualTo("127.0.0.1");
            assertThat(listening.port()).isEqualTo(port);
            assertThat(listening.inode()).isPositive();
            assertThat(listening.connections()).isZero();
        });
    }

    @Test
    void showsClientsByProcess() throws IOException {
        int own = (int) ProcessHandle.current().pid();
        try (Socket one = new Socket(InetAddress.getLoopbackAddress(), port);
                Socket two = new Socket(InetAddress.getLoopbackAddress(), port)) {
            await().until(() -> read(true).ports().getFirst().connections() == 2);
            TableEntry entry = read(true);
            List<Integer> ports =
                    Stream.of(one, two).map(Socket::getLocalPort).sorted().toList();

            assertThat(entry.clients()).containsExactly(new Client("127.0.0.1", own, CommandLine.of(own), ports, port));
            assertThat(read(false))
                    .as("shown again when they are not asked for")
                    .isEqualTo(entry);
            assertThat(entry.structure().clients()).isEmpty();
        }
        await().until(() -> read(true).clients().isEmpty());
    }

    @Test
    void aConnectionOfAnotherProcessOnThePortIsNotTheServers() throws IOException {
        int elsewhere = Ports.free();
        ImageRef image = Images.plain("exec: [\"/bin/true\"]\nports: [" + port + ", " + elsewhere + "]\n");
        ManagedProcess both = server.with(image);
        try (var foreign = new ServerSocket(elsewhere);
                Socket client = new Socket(InetAddress.getLoopbackAddress(), elsewhere);
                Socket accepted = foreign.accept()) {
            TableEntry entry = table.read(List.of(both), true).getFirst();

            assertThat(client.isConnected() && accepted.isConnected()).isTrue();
            assertThat(entry.ports()).extracting(TableEntry.ListeningPort::port).containsExactly(port);
            assertThat(entry.clients()).isEmpty();
        }
    }

    @Test
    void whatWasNobodysIsShownAsSoonAsItIsTheNewProcesss() {
        Launch sleep = new Launch(List.of("/bin/sleep", "60"), null, Map.of(), dir, LogFiles.in(dir));
        ManagedProcess before = ManagedProcess.starting("p-1", server.image())
                .spawned(ProcessIdentity.of(Launcher.start(sleep)), Instant.now())
                .running();
        ProcessTable fresh = new ProcessTable();
        try {
            assertThat(fresh.read(List.of(before), true).getFirst().ports()).isEmpty();

            assertThat(fresh.read(List.of(server), false).getFirst().ports())
                    .extracting(TableEntry.ListeningPort::port)
                    .containsExactly(port);
        } finally {
            ProcessTree.of(before.pid()).killAll(exits, Duration.ofSeconds(10));
        }
    }

    @Test
    void aProcessThatDoesNotRunHasItsStateOnly() {
        ManagedProcess failed = server.ended(State.FAILED, "because");

        assertThat(table.read(List.of(failed), true))
                .containsExactly(new TableEntry(failed, List.of(), List.of(), List.of()));
    }
}
