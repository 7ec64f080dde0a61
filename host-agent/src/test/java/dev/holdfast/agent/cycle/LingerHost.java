package dev.holdfast.agent.cycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.Ports;
import dev.holdfast.agent.process.BundleSource;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.ImageStore;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessStore;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.process.ServerProcesses;
import dev.holdfast.proto.agent.v1.ConnectionOutcome;
import dev.holdfast.proto.agent.v1.CycleReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;

/** A host with a server of that kind, process p-1, that runs as v1, has some clients and lingers when it is upgraded. */
final class LingerHost implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(30);
    private static final int CLIENTS = 10;

    final Exits exits = new Exits();
    final Heard heard = new Heard();
    final List<Socket> quiet = new ArrayList<>();
    final Queue<State> states = new ConcurrentLinkedQueue<>();
    final ServerProcesses servers;
    final ProcessIdentity old;
    HostCycles cycles;
    private final List<Socket> all = new ArrayList<>();
    private final Path dir;
    private final String kind;
    private final int port;

    LingerHost(Path dir, String kind, String takeover) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 is not installed");
        this.dir = dir;
        this.kind = kind;
        try (InputStream server = LingerHost.class.getResourceAsStream("/cycle/lingering.py")) {
            Files.copy(server, dir.resolve("server.py"));
        }
        port = Ports.free();
        BundleSource none = (digest, _) -> {
            throw new BundleSource.BundleGoneException("there is no bundle " + digest);
        };
        servers = new ServerProcesses(
                new ProcessStore(dir.resolve("processes")), new ImageStore(dir.resolve("images"), none), exits);
        cycles = cycles();
        heard.at = states::add;
        servers.start("p-1", image("v1", takeover));
        old = servers.get("p-1").orElseThrow().identity();
        for (int i = 0; i < CLIENTS; i++) {
            quiet.add(connect());
            assertThat(ask(quiet.getLast())).isEqualTo("v1:hello");
        }
    }

    private HostCycles cycles() {
        return new HostCycles(servers, exits, heard, dir.resolve("cycles"), Clock.systemUTC());
    }

    private ImageRef image(String version, String takeover) {
        String manifest = """
                exec: [/usr/bin/python3, %s, "%d", %s, %s]
                ports: [%d]
                takeover: {onDeadline: linger, start: warm, %s}
                """.formatted(dir.resolve("server.py"), port, version, kind, port, takeover);
        return new ImageRef("lines", version, manifest, "", 0);
    }

    void begin(String takeover) {
        cycles.start("c-1", "p-1", image("v2", takeover));
    }

    /** An agent that ends in good order, and the next one. */
    void replaceAgent() {
        cycles.close();
        cycles = cycles();
        cycles.recover();
    }

    void await(State state) {
        Awaitility.await().atMost(SOON).until(() -> states.contains(state) || !heard.reports.isEmpty());
        assertThat(states).as(() -> heard.reports.toString()).contains(state);
    }

    CycleReport report() {
        Awaitility.await().atMost(SOON).until(() -> !heard.reports.isEmpty());
        assertThat(heard.reports).hasSize(1);
        assertThat(dir.resolve("cycles")).isEmptyDirectory();
        return heard.reports.getFirst();
    }

    int port() {
        return port;
    }

    Socket connect() throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(10_000);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        client.setSoTimeout((int) SOON.toMillis());
        all.add(client);
        return client;
    }

    static void tell(Socket client, String line) throws IOException {
        client.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** The answer to "hello"; "closed" or "reset" when the connection ends instead. */
    static String ask(Socket client) throws IOException {
        try {
            tell(client, "hello");
        } catch (SocketException e) {
            return "reset";
        }
        return line(client);
    }

    static String line(Socket client) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] one = new byte[1];
        try {
            while (client.getInputStream().read(one) == 1) {
                if (one[0] == '\n') {
                    return line.toString(StandardCharsets.US_ASCII);
                }
                line.write(one[0]);
            }
            return "closed";
        } catch (SocketException e) {
            return "reset";
        }
    }

    /** How many letters come before the end of the line; -1 for anything else. */
    static int letters(Socket client) throws IOException {
        byte[] some = new byte[100_000];
        int letters = 0;
        while (true) {
            int read = client.getInputStream().read(some);
            for (int i = 0; i < read; i++) {
                if (some[i] == '\n') {
                    return i + 1 == read ? letters : -1;
                }
                if (some[i] != 'x') {
                    return -1;
                }
                letters++;
            }
            if (read < 0) {
                return -1;
            }
        }
    }

    void quietAreAnsweredBy(String version) throws IOException {
        for (Socket client : quiet) {
            assertThat(ask(client)).isEqualTo(version + ":hello");
        }
        assertThat(ask(connect())).as("a new one").isEqualTo(version + ":hello");
    }

    static ConnectionOutcome outcome(CycleReport report, Socket client) {
        return report.getConnectionsList().stream()
                .filter(each -> each.getPeer().endsWith(":" + client.getLocalPort()))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() throws IOException {
        cycles.close();
        for (Socket client : all) {
            client.close();
        }
        ProcessTree.of(old.pid()).killAll(exits, SOON);
        servers.get("p-1").ifPresent(process -> ProcessTree.of(process.pid()).killAll(exits, SOON));
        Awaitility.await("all exits are dealt with")
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("exit-of-")));
    }
}
