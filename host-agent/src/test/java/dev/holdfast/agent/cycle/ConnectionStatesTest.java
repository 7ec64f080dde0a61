package dev.holdfast.agent.cycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.Ports;
import dev.holdfast.agent.process.BundleSource;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.ImageStore;
import dev.holdfast.agent.process.ProcessStore;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.process.ServerProcesses;
import dev.holdfast.proto.agent.v1.ConnectionOutcome;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.Outcome;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections in states that are not "a request, an answer", each with its outcome; with and without a known protocol. */
@Timeout(60)
class ConnectionStatesTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int MUCH = 400_000;
    private static final int TOO_MUCH = 12_000_000;

    @TempDir
    Path dir;

    private final Exits exits = new Exits();
    private final Heard heard = new Heard();
    private final List<Socket> clients = new ArrayList<>();
    private final Map<Socket, InputStream> inputs = new HashMap<>();
    private ServerProcesses servers;
    private HostCycles cycles;
    private int port;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 is not installed");
        try (InputStream server = ConnectionStatesTest.class.getResourceAsStream("/cycle/states.py")) {
            Files.copy(server, dir.resolve("server.py"));
        }
        port = Ports.free();
        BundleSource none = (digest, _) -> {
            throw new BundleSource.BundleGoneException("there is no bundle " + digest);
        };
        servers = new ServerProcesses(
                new ProcessStore(dir.resolve("processes")), new ImageStore(dir.resolve("images"), none), exits);
        cycles = new HostCycles(servers, exits, heard, dir.resolve("cycles"), Clock.systemUTC());
    }

    @AfterEach
    void end() throws IOException {
        cycles.close();
        for (Socket client : clients) {
            client.close();
        }
        servers.get("p-1").ifPresent(process -> ProcessTree.of(process.pid()).killAll(exits, SOON));
        await("all exits are dealt with")
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("exit-of-")));
    }

    private ImageRef image(String name, String takeover) {
        String manifest = "exec: [/usr/bin/python3, %s, \"%d\", %s]\nports: [%d]\ntakeover: {%s}\n"
                .formatted(dir.resolve("server.py"), port, name, port, takeover);
        return new ImageRef("lines", name, manifest, "", 0);
    }

    private void serve(String takeover) throws Exception {
        servers.start("p-1", image("v1", takeover));
        // One that is as usual, to see that it stays so.
        assertThat(ask(connect(), "hello")).isEqualTo("v1:hello");
    }

    private Socket connect() throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(10_000);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        client.setSoTimeout((int) SOON.toMillis());
        clients.add(client);
        return client;
    }

    private static void send(Socket client, String line) throws IOException {
        client.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private String ask(Socket client, String line) throws IOException {
        send(client, line);
        return line(client);
    }

    private String line(Socket client) throws IOException {
        InputStream in = inputs.computeIfAbsent(client, ConnectionStatesTest::input);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c == -1) {
                throw new AssertionError("it ends after " + line.size() + " bytes of a line");
            }
            line.write(c);
        }
        return line.toString(StandardCharsets.US_ASCII);
    }

    private static InputStream input(Socket client) {
        try {
            return new BufferedInputStream(client.getInputStream());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private CycleReport upgrade(String takeover) {
        cycles.start("c-1", "p-1", image("v2", takeover));
        await().atMost(SOON).until(() -> !heard.reports.isEmpty());
        return heard.reports.getFirst();
    }

    private static ConnectionOutcome outcome(CycleReport report, Socket client) {
        return report.getConnectionsList().stream()
                .filter(each -> each.getPeer().endsWith(":" + client.getLocalPort()))
                .findFirst()
                .orElseThrow();
    }

    private void theUsualOneIsWith(String version) throws IOException {
        assertThat(ask(clients.getFirst(), "still")).isEqualTo(version + ":still");
    }

    @ParameterizedTest
    @ValueSource(strings = {"opaque", "line"})
    void anAnswerThatTheClientDoesNotReadButTheKernelHas(String protocol) throws Exception {
        serve("protocol: " + protocol);
        Socket client = connect();
        send(client, "much " + MUCH);
        await().until(() -> client.getInputStream().available() > 0);

        CycleReport report = upgrade("protocol: " + protocol);

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_KEPT);
        assertThat(line(client)).hasSize(MUCH);
        assertThat(ask(client, "and now")).isEqualTo("v2:and now");
        theUsualOneIsWith("v2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"opaque", "line"})
    void anAnswerThatIsTooLongForTheKernelKeepsTheServer(String protocol) throws Exception {
        String takeover = "protocol: " + protocol + ", deadline: 500ms";
        serve(takeover);
        Socket client = connect();
        send(client, "much " + TOO_MUCH);
        await().until(() -> client.getInputStream().available() > 0);

        CycleReport report = upgrade(takeover);

        assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_ABORTED);
        assertThat(report.getReason()).contains("500 ms", "1 connection", ":" + client.getLocalPort());
        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_RELEASED);
        assertThat(line(client)).hasSize(TOO_MUCH);
        theUsualOneIsWith("v1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"opaque", "line"})
    void withResetOnlyThatOneIsCut(String protocol) throws Exception {
        String takeover = "protocol: " + protocol + ", deadline: 500ms, onDeadline: reset";
        serve(takeover);
        Socket client = connect();
        send(client, "much " + TOO_MUCH);
        await().until(() -> client.getInputStream().available() > 0);

        CycleReport report = upgrade(takeover);

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_RESET);
        assertThat(outcome(report, client).getReason()).contains("it owed", "takeover.onDeadline is reset");
        assertThat(outcome(report, clients.getFirst()).getOutcome()).isEqualTo(Outcome.OUTCOME_KEPT);
        theUsualOneIsWith("v2");
    }

    /** Only who knows where an answer ends can see that this one has not. */
    @ParameterizedTest
    @ValueSource(strings = "line")
    void anAnswerThatStopsHalfWay(String protocol) throws Exception {
        String takeover = "protocol: " + protocol + ", deadline: 500ms";
        serve(takeover);
        Socket client = connect();
        heard.at = state -> {
            if (state == State.PAUSING) {
                await().until(() -> client.getInputStream().available() > 0);
            }
            if (state == State.HOLDING) {
                assertSends(client, "half");
            }
        };
        CycleReport report = upgrade(takeover);

        assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_ABORTED);
        assertThat(report.getReason()).contains("1 connection", ":" + client.getLocalPort());
        theUsualOneIsWith("v1");
        assertThat(ask(client, "the rest")).isEqualTo("half of an ansv1:the rest");
    }

    private static void assertSends(Socket client, String line) {
        try {
            send(client, line);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"opaque", "line"})
    void aClientThatHasSaidAllIsAnsweredByTheNewServer(String protocol) throws Exception {
        serve("protocol: " + protocol);
        Socket client = connect();
        assertThat(ask(client, "hello")).isEqualTo("v1:hello");
        heard.at = state -> {
            if (state == State.STOPPING) {
                assertSends(client, "last");
                try {
                    client.shutdownOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        };
        CycleReport report = upgrade("protocol: " + protocol);

        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_KEPT);
        assertThat(line(client)).isEqualTo("v2:last");
        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"opaque", "line"})
    void aServerThatHasSaidAllGivesNothingOn(String protocol) throws Exception {
        serve("protocol: " + protocol);
        Socket client = connect();
        send(client, "bye");
        assertThat(client.getInputStream().read()).isEqualTo(-1);

        CycleReport report = upgrade("protocol: " + protocol);

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_RELEASED);
        assertThat(outcome(report, client).getReason()).contains("ended it");
        theUsualOneIsWith("v2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"opaque", "line"})
    void urgentDataGoesAlong(String protocol) throws Exception {
        serve("protocol: " + protocol);
        Socket client = connect();
        assertThat(ask(client, "hello")).isEqualTo("v1:hello");
        heard.at = state -> {
            if (state == State.STOPPING) {
                assertSends(client, "be");
                try {
                    client.sendUrgentData('!');
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                assertSends(client, "after");
            }
        };
        CycleReport report = upgrade("protocol: " + protocol);

        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_KEPT);
        // The urgent byte is out of band: the server does not ask for it.
        assertThat(line(client)).isEqualTo("v2:be");
        assertThat(line(client)).isEqualTo("v2:after");
    }

    @ParameterizedTest
    @ValueSource(strings = {"STOPPING", "STARTING", "DELIVERING"})
    void aClientThatVanishesMeanwhile(State when) throws Exception {
        serve("protocol: line");
        Socket client = connect();
        assertThat(ask(client, "hello")).isEqualTo("v1:hello");
        heard.at = state -> {
            if (state == when) {
                try {
                    client.setSoLinger(true, 0);
                    client.close();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        };
        CycleReport report = upgrade("protocol: line");

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(outcome(report, clients.getFirst()).getOutcome()).isEqualTo(Outcome.OUTCOME_KEPT);
        assertThat(report.getConnectionsList())
                .filteredOn(each -> each.getOutcome() == Outcome.OUTCOME_CLOSED_BY_CLIENT)
                .hasSize(1);
        theUsualOneIsWith("v2");
    }

    /** Only who knows where answers end can see that of two only one has come; who does not must not rely on it. */
    @ParameterizedTest
    @ValueSource(strings = {"opaque", "line"})
    void aNewServerThatEndsHavingAnsweredInPart(String protocol) throws Exception {
        serve("protocol: " + protocol);
        Socket client = connect();
        assertThat(ask(client, "hello")).isEqualTo("v1:hello");
        for (int i = 0; i < 50; i++) {
            assertThat(ask(connect(), "hello")).isEqualTo("v1:hello");
        }
        heard.at = state -> {
            if (state == State.STOPPING) {
                assertSends(client, "one\nfatal");
            }
        };
        CycleReport report = upgrade("protocol: " + protocol);

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_REVERTED);
        assertThat(line(client)).isEqualTo("v2:one");
        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_RESET);
        assertThatThrownBy(() -> client.getInputStream().read()).hasMessageContaining("reset");
        theUsualOneIsWith("v1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abort", "reset"})
    void aWebSocketIsNotGivenToAnotherServer(String onDeadline) throws Exception {
        String takeover = "protocol: http1, onDeadline: " + onDeadline;
        serve(takeover);
        Socket client = connect();
        heard.at = state -> {
            if (state == State.HOLDING) {
                assertSends(client, "GET / HTTP/1.1\r");
            }
        };
        CycleReport report = upgrade(takeover);

        boolean cut = onDeadline.equals("reset");
        assertThat(report.getState())
                .as(report::getReason)
                .isEqualTo(cut ? CycleState.CYCLE_STATE_DONE : CycleState.CYCLE_STATE_ABORTED);
        assertThat(outcome(report, client).getOutcome())
                .isEqualTo(cut ? Outcome.OUTCOME_RESET : Outcome.OUTCOME_RELEASED);
        assertThat(cut ? outcome(report, client).getReason() : report.getReason())
                .contains("a WebSocket lives in the server");
        theUsualOneIsWith(cut ? "v2" : "v1");
    }
}
