package dev.holdfast.agent.cycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.Ports;
import dev.holdfast.agent.process.BundleSource;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.ImageStore;
import dev.holdfast.agent.process.ManagedProcess;
import dev.holdfast.agent.process.ProcessStore;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.process.ServerProcesses;
import dev.holdfast.proto.agent.v1.ConnectionOutcome;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
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

/** A host with one server of lines, process p-1, that runs as v1 and has some clients. */
final class LineHost implements AutoCloseable {
    static final int CLIENTS = 20;
    static final Duration SOON = Duration.ofSeconds(30);

    /** Answers "v1:line" to "line", but does what some lines say. */
    private static final String SERVER = """
            import os, selectors, socket, sys, time
            port, name = int(sys.argv[1]), sys.argv[2]
            poll = selectors.DefaultSelector()
            listener = socket.create_server(("127.0.0.1", port), backlog=100)
            poll.register(listener, selectors.EVENT_READ)
            while True:
                for key, _ in poll.select():
                    if key.fileobj is listener:
                        poll.register(listener.accept()[0], selectors.EVENT_READ)
                        continue
                    try:
                        line = key.fileobj.recv(1000)
                    except OSError:
                        line = b""
                    if not line or line == b"close\\n":
                        poll.unregister(key.fileobj)
                        key.fileobj.close()
                    elif line == b"exit\\n":
                        print("a bug in " + name, file=sys.stderr, flush=True)
                        os._exit(3)
                    elif line == b"hang\\n":
                        time.sleep(1000)
                    elif line == b"slow\\n":
                        time.sleep(0.02)
                        key.fileobj.sendall(name.encode() + b":" + line)
                    elif line == b"half\\n":
                        key.fileobj.sendall(name.encode())
                        time.sleep(1000)
                    elif line != b"mute\\n":
                        key.fileobj.sendall(name.encode() + b":" + line)
            """;

    final Exits exits = new Exits();
    final Heard heard = new Heard();
    final List<Socket> clients = new ArrayList<>();
    final Queue<State> states = new ConcurrentLinkedQueue<>();
    final ServerProcesses servers;
    HostCycles cycles;
    private final Path dir;
    private final int port;

    LineHost(Path dir, BundleSource bundles) throws IOException, InterruptedException {
        this(dir, bundles, "{}");
    }

    private LineHost(Path dir, BundleSource bundles, String takeover) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 is not installed");
        this.dir = dir;
        Files.writeString(dir.resolve("server.py"), SERVER);
        port = Ports.free();
        servers = new ServerProcesses(
                new ProcessStore(dir.resolve("processes")), new ImageStore(dir.resolve("images"), bundles), exits);
        cycles = new HostCycles(servers, exits, heard, journals(), Clock.systemUTC());
        heard.at = states::add;
        servers.start("p-1", image("v1", takeover));
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(connect());
            assertThat(ask(clients.getLast())).isEqualTo("v1:hello");
        }
    }

    static LineHost of(Path dir) throws IOException, InterruptedException {
        return of(dir, "{}");
    }

    /** With a takeover in the manifest of v1. */
    static LineHost of(Path dir, String takeover) throws IOException, InterruptedException {
        BundleSource none = (digest, _) -> {
            throw new BundleSource.BundleGoneException("there is no bundle " + digest);
        };
        return new LineHost(dir, none, takeover);
    }

    Path journals() {
        return dir.resolve("cycles");
    }

    ImageRef image(String version, String takeover) {
        return image(version, takeover, "");
    }

    ImageRef image(String version, String takeover, String bundle) {
        String manifest = "exec: [/usr/bin/python3, %s, \"%d\", %s]\nports: [%d]\ntakeover: %s\n"
                .formatted(dir.resolve("server.py"), port, version, port, takeover);
        return new ImageRef("lines", version, manifest, bundle, 0);
    }

    void begin(String takeover) {
        cycles.start("c-1", "p-1", image("v2", takeover));
    }

    void await(State state) {
        Awaitility.await().atMost(SOON).until(() -> states.contains(state));
    }

    ManagedProcess process() {
        return servers.get("p-1").orElseThrow();
    }

    Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setSoTimeout((int) SOON.toMillis());
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
        return answer(client);
    }

    static String answer(Socket client) throws IOException {
        try {
            String line = new BufferedReader(
                            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII), 1)
                    .readLine();
            return line == null ? "closed" : line;
        } catch (SocketException e) {
            return "reset";
        }
    }

    CycleReport report() {
        Awaitility.await().atMost(SOON).until(() -> !heard.reports.isEmpty());
        assertThat(heard.reports).as("reported once").hasSize(1);
        if (Files.exists(journals())) {
            assertThat(journals()).isEmptyDirectory();
        }
        return heard.reports.getFirst();
    }

    static List<Outcome> outcomes(CycleReport report) {
        return report.getConnectionsList().stream()
                .map(ConnectionOutcome::getOutcome)
                .toList();
    }

    /** Without those of ready checks, that a server may have accepted too. */
    List<Outcome> outcomesOfClients(CycleReport report) {
        List<String> peers = clients.stream()
                .map(client -> "127.0.0.1:" + client.getLocalPort())
                .toList();
        return report.getConnectionsList().stream()
                .filter(each -> peers.contains(each.getPeer()))
                .map(ConnectionOutcome::getOutcome)
                .toList();
    }

    void allAreAnsweredBy(String version) throws IOException {
        for (Socket client : clients) {
            assertThat(ask(client)).isEqualTo(version + ":hello");
        }
    }

    /** The server stands when this returns: until then a thread that waits for its client may read what comes. */
    void freezeServer() {
        ProcessTree.freeze(process().pid(), SOON);
    }

    @Override
    public void close() throws IOException {
        cycles.close();
        for (Socket client : clients) {
            client.close();
        }
        ProcessTree.of(process().pid()).killAll(exits, SOON);
        Awaitility.await("all exits are dealt with")
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("exit-of-")));
    }
}
