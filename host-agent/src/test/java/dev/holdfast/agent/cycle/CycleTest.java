package dev.holdfast.agent.cycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
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
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cycles of a real server in which something goes wrong that is no server's fault, or very much one's. */
class CycleTest {
    private static final int CLIENTS = 20;
    private static final Duration SOON = Duration.ofSeconds(30);

    /** Answers "v1:line" to "line", closes at "close", and has a flaw that shows while it accepts. */
    private static final String SERVER = """
            import selectors, socket, sys
            port, name, flaw = int(sys.argv[1]), sys.argv[2], sys.argv[3]
            poll = selectors.DefaultSelector()
            listener = socket.create_server(("127.0.0.1", port), backlog=100)
            poll.register(listener, selectors.EVENT_READ)
            accepted = 0
            while True:
                for key, _ in poll.select():
                    if key.fileobj is listener:
                        connection = listener.accept()[0]
                        accepted += 1
                        if flaw == "closes" and accepted == 4:
                            connection.close()
                            continue
                        poll.register(connection, selectors.EVENT_READ)
                        if flaw == "closes" and accepted == 6:
                            poll.unregister(listener)
                        if flaw == "shuts" and accepted == 6:
                            listener.shutdown(socket.SHUT_RDWR)
                            sys.exit(1)
                    else:
                        line = key.fileobj.recv(1000)
                        if line and line != b"close\\n":
                            key.fileobj.sendall(name.encode() + b":" + line)
                        else:
                            poll.unregister(key.fileobj)
                            key.fileobj.close()
            """;

    @TempDir
    Path dir;

    private final Exits exits = new Exits();
    private final Heard heard = new Heard();
    private final List<Socket> clients = new ArrayList<>();
    private ServerProcesses servers;
    private HostCycles cycles;
    private int port;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 is not installed");
        Files.writeString(dir.resolve("server.py"), SERVER);
        port = Ports.free();
        BundleSource none = (digest, _) -> {
            throw new BundleSource.BundleGoneException("there is no bundle " + digest);
        };
        servers = new ServerProcesses(
                new ProcessStore(dir.resolve("processes")), new ImageStore(dir.resolve("images"), none), exits);
        cycles = new HostCycles(servers, exits, heard, dir.resolve("cycles"), Clock.systemUTC());
        servers.start("p-1", image("v1", "none"));
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(connect());
            assertThat(ask(clients.getLast())).isEqualTo("v1:hello");
        }
    }

    @AfterEach
    void end() throws IOException {
        cycles.close();
        for (Socket client : clients) {
            client.close();
        }
        ProcessTree.of(process().pid()).killAll(exits, SOON);
        await("all exits are dealt with")
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("exit-of-")));
    }

    private ImageRef image(String name, String flaw) {
        String manifest = "exec: [/usr/bin/python3, %s, \"%d\", %s, %s]\nports: [%d]\n"
                .formatted(dir.resolve("server.py"), port, name, flaw, port);
        return new ImageRef("lines", name, manifest, "", 0);
    }

    private ManagedProcess process() {
        return servers.get("p-1").orElseThrow();
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setSoTimeout((int) SOON.toMillis());
        return client;
    }

    /** The answer; null when the connection ends instead. */
    private static @Nullable String ask(Socket client) throws IOException {
        client.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
        return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII), 1)
                .readLine();
    }

    private CycleReport report() {
        await().atMost(SOON).until(() -> !heard.reports.isEmpty());
        assertThat(heard.reports).as("reported once").hasSize(1);
        assertThat(dir.resolve("cycles")).isEmptyDirectory();
        return heard.reports.getFirst();
    }

    private CycleReport upgrade(String flaw) {
        cycles.start("c-1", "p-1", image("v2", flaw));
        return report();
    }

    private static List<Outcome> outcomes(CycleReport report) {
        return report.getConnectionsList().stream()
                .map(ConnectionOutcome::getOutcome)
                .toList();
    }

    private void allAreAnsweredBy(String version) throws IOException {
        for (Socket client : clients) {
            assertThat(ask(client)).isEqualTo(version + ":hello");
        }
    }

    @Test
    void whatThePreflightRefusesIsNotBegun() throws IOException {
        int before = process().pid();
        cycles.start("c-1", "p-1", new ImageRef("lines", "v2", "exec: [/bin/sh]\nports: [1]\n", "", 0));
        CycleReport report = report();

        assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_ABORTED);
        assertThat(report.getReason())
                .startsWith("listener: the server listens on 127.0.0.1:" + port
                        + ", and the new image's manifest names [1]");
        assertThat(outcomes(report)).isEmpty();
        assertThat(process().pid()).isEqualTo(before);
        allAreAnsweredBy("v1");
    }

    @Test
    void goesOnWhenNobodyCanBeTold() throws IOException {
        heard.at = state -> {
            throw new IllegalStateException("call is closed: " + state);
        };
        CycleReport report = upgrade("none");

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(outcomes(report)).hasSize(CLIENTS).containsOnly(Outcome.OUTCOME_KEPT);
        allAreAnsweredBy("v2");
    }

    @Test
    void anErrorBeforeTheOldServerIsStoppedReleasesIt() throws IOException {
        heard.at = state -> {
            if (state == State.QUIESCING) {
                throw new AssertionError("a bug");
            }
        };
        CycleReport report = upgrade("none");

        assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_ABORTED);
        assertThat(report.getReason()).isEqualTo("a bug");
        assertThat(outcomes(report)).hasSize(CLIENTS).containsOnly(Outcome.OUTCOME_RELEASED);
        allAreAnsweredBy("v1");
    }

    @Test
    void anErrorAfterwardsBringsTheOldImageBack() throws IOException {
        int before = process().pid();
        heard.at = state -> {
            if (state == State.STOPPING) {
                throw new AssertionError("a bug");
            }
        };
        CycleReport report = upgrade("none");

        assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_REVERTED);
        assertThat(outcomes(report)).hasSize(CLIENTS).containsOnly(Outcome.OUTCOME_KEPT);
        assertThat(process().pid()).isNotEqualTo(before);
        allAreAnsweredBy("v1");
    }

    @Test
    void aDiskThatIsFullAtTheEndUndoesNothing() throws IOException {
        Path state = dir.resolve("processes/p-1/state.json");
        heard.at = reached -> {
            if (reached == State.RESUMING) {
                block(state);
            }
        };
        heard.failures.set(2);
        cycles.start("c-1", "p-1", image("v2", "none"));
        await().atMost(SOON).until(() -> heard.failures.get() < 2);

        allAreAnsweredBy("v2");
        Socket leaving = clients.removeFirst();
        leaving.getOutputStream().write("close\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(leaving.getInputStream().read())
                .as("what the server closes is closed")
                .isEqualTo(-1);
        assertThat(heard.reports).isEmpty();

        Files.delete(state.resolve("full"));
        Files.delete(state);
        CycleReport report = report();
        assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(process().imageVersion()).isEqualTo("v2");
        assertThat(process().identity().alive()).isTrue();
    }

    /** Nothing can be moved to where a directory is. */
    private static void block(Path state) {
        try {
            Files.delete(state);
            Files.createDirectories(state);
            Files.createFile(state.resolve("full"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatTheNewServerClosedBeforeItIsGivenUpIsNotHandedBack() throws IOException {
        CycleReport report = upgrade("closes");

        assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_REVERTED);
        assertThat(report.getReason()).contains("accepted no more");
        assertThat(report.getConnectionsList())
                .filteredOn(each -> each.getReason().contains("the new server closed it"))
                .hasSize(1);
        List<@Nullable String> answers = new ArrayList<>();
        for (Socket client : clients) {
            answers.add(answerOrEnd(client));
        }
        assertThat(answers).filteredOn("v1:hello"::equals).hasSize(CLIENTS - 1);
        assertThat(answers).filteredOn("ended"::equals).hasSize(1);
    }

    private static @Nullable String answerOrEnd(Socket client) {
        try {
            String answer = ask(client);
            return answer == null ? "ended" : answer;
        } catch (java.net.SocketTimeoutException e) {
            return "hangs";
        } catch (IOException e) {
            return "ended";
        }
    }

    @Test
    void aListenerThatTheNewServerShutDownListensAgain() throws IOException {
        CycleReport report = upgrade("shuts");

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_REVERTED);
        clients.add(connect());
        allAreAnsweredBy("v1");
        assertThat(outcomes(report)).hasSize(CLIENTS).containsOnly(Outcome.OUTCOME_KEPT);
    }

    @Test
    void aJournalOfAnotherBootIsDropped() throws IOException {
        Path journals = Files.createDirectories(dir.resolve("cycles"));
        Journal journal = Journal.of(journals, "c-0");
        journal.append(new Journal.Entry(
                "c-0",
                "p-1",
                image("v1", "none"),
                image("v2", "none"),
                State.STOPPING,
                "",
                process().identity(),
                List.of(process().identity()),
                List.of(),
                null,
                false,
                1,
                Outcomes.Known.NOTHING,
                Staying.NOBODY,
                "another boot"));
        journal.close();

        cycles.recover();

        assertThat(journals).isEmptyDirectory();
        assertThat(heard.reports).isEmpty();
        allAreAnsweredBy("v1");
    }
}
