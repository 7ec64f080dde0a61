package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.Ports;
import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.common.manifest.PortSpec;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That one cannot look is not taken for "the server closed it". */
class HolderTest {
    private static final int CLIENTS = 200;
    private static final Duration SOON = Duration.ofSeconds(20);

    /** Accepts, answers "a" to "a" and closes at "c"; at "d" another socket has the same number after that. */
    private static final String SERVER = """
            import selectors, socket, sys
            poll = selectors.DefaultSelector()
            others = []
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
                        continue
                    poll.unregister(key.fileobj)
                    key.fileobj.close()
                    if asked == b"d":
                        others.append(socket.socket())
            """;

    @TempDir
    Path dir;

    private final HeldSockets held = new HeldSockets();
    private Swap server;
    private Holder holder;

    @BeforeEach
    void hold() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 is not installed");
        int port = Ports.free();
        server = new Swap(dir, port, List.of("/usr/bin/python3", "-c", SERVER, String.valueOf(port)));
        server.connect(CLIENTS);
        for (Socket client : server.clients()) {
            client.getOutputStream().write('a');
            assertThat(client.getInputStream().read()).isEqualTo('a');
        }
        holder = new Holder(held, List.of(new PortSpec(null, port)));
        holder.refresh(List.of(server.pid()));
        // The one that awaited the server's start may still be there.
        await().atMost(SOON).until(() -> {
            holder.refresh(List.of(server.pid()));
            return held.connections().size() == CLIENTS;
        });
        held.closedByServer().clear();
    }

    @AfterEach
    void end() throws IOException {
        held.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(chars = {'c', 'd'})
    void whatTheServerClosedIsLetGo(char how) throws IOException {
        Socket client = server.clients().getFirst();
        client.getOutputStream().write(how);

        await().atMost(SOON).until(() -> {
            holder.refresh(List.of(server.pid()));
            return held.connections().size() == CLIENTS - 1;
        });
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThat(held.closedByServer())
                .extracting(HeldConnection::peer)
                .containsExactly(
                        new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), client.getLocalPort()));
    }

    @Test
    void withoutAFreeDescriptorNothingIsDecided() throws IOException {
        ProcessIdentity process = ProcessIdentity.of(server.pid());
        List<FileInputStream> all = new ArrayList<>();
        // Classes are loaded from files: while there are descriptors.
        assertThat(ProcessTree.of(server.pid()).members()).contains(process);
        assertThat(new SyscallException("open", Errno.EMFILE)).hasMessageContaining("open");
        try {
            takeAll(all);

            assertThatThrownBy(process::alive).isInstanceOf(SyscallException.class);
            assertThatThrownBy(() -> ProcessTree.of(server.pid())).isInstanceOf(SyscallException.class);
            assertThatThrownBy(() -> holder.refresh(List.of(server.pid()))).isInstanceOf(SyscallException.class);
        } finally {
            for (FileInputStream one : all) {
                one.close();
            }
        }
        assertThat(held.connections()).hasSize(CLIENTS);
        assertThat(holder.refresh(List.of(server.pid()))).isEmpty();
        assertThat(held.connections()).hasSize(CLIENTS);
        assertThat(process.alive()).isTrue();
    }

    private static void takeAll(List<FileInputStream> all) throws IOException {
        while (true) {
            try {
                all.add(new FileInputStream("/dev/null"));
            } catch (FileNotFoundException e) {
                assertThat(e).hasMessageContaining("Too many open files");
                return;
            }
        }
    }

    @Test
    void theConnectionsOfAServerThatDiesLiveOn() throws IOException, InterruptedException {
        ProcessIdentity process = ProcessIdentity.of(server.pid());
        Thread killer = Thread.ofPlatform()
                .start(() -> new ProcessTree(process.pid(), List.of(process)).killAll(new Exits(), SOON));
        while (process.alive()) {
            holder.refresh(List.of(process.pid()));
        }
        killer.join();
        holder.refresh(List.of(process.pid()));
        holder.refresh(ProcessTree.of(process).pids());

        assertThat(held.closedByServer()).isEmpty();
        assertThat(held.connections()).hasSize(CLIENTS);
        Socket client = server.clients().getFirst();
        client.getOutputStream().write("still there".getBytes(StandardCharsets.US_ASCII));
        await().atMost(SOON).until(() -> {
            held.lookAtEnds();
            return held.connections().stream()
                    .anyMatch(each -> !each.closedByClient() && each.waiting() == "still there".length());
        });
    }
}
