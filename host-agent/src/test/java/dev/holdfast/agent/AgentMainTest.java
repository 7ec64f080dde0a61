package dev.holdfast.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.link.TestManager;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.Image;
import dev.holdfast.proto.agent.v1.ProcessState;
import dev.holdfast.proto.agent.v1.Registration;
import dev.holdfast.proto.agent.v1.ServerProcess;
import dev.holdfast.proto.agent.v1.StartProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The agent as a process of its own. */
class AgentMainTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int CLIENTS = 50;

    @TempDir
    Path dir;

    private TestManager manager;
    private Process agent;
    private int port;

    @BeforeEach
    void start() throws IOException {
        manager = new TestManager(0, null);
        agent = agent();
        port = Ports.free();
    }

    private Process agent() throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AgentProgram.class.getName(),
                        "--manager",
                        "127.0.0.1:" + manager.port(),
                        "--name",
                        "web-1",
                        "--data-dir",
                        dir.resolve("data").toString())
                .redirectOutput(dir.resolve("out").toFile())
                .redirectError(dir.resolve("err").toFile())
                .start();
    }

    @AfterEach
    void end() throws InterruptedException {
        agent.destroyForcibly().waitFor();
        manager.close();
    }

    /** What the launcher does. */
    static final class AgentProgram {
        public static void main(String[] args) {
            System.exit(new CommandLine(new AgentMain()).execute(args));
        }
    }

    @Test
    void endsOnSigtermAndLeavesItsServers() throws IOException, InterruptedException {
        await().atMost(SOON).until(() -> Files.readString(dir.resolve("out")).contains("\n"));
        assertThat(dir.resolve("out")).hasContent("agent ready: web-1, manager 127.0.0.1:" + manager.port());
        ProcessTree tree = ProcessTree.of(startServer().getPid());
        try {
            agent.destroy();

            assertThat(agent.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(tree.members()).hasSize(1).allMatch(member -> member.alive());
            assertThat(Files.readString(dir.resolve("err"))).doesNotContain("Exception");
        } finally {
            tree.killAll(new Exits(), SOON);
        }
    }

    /** Answers each line with itself, for as long as the client likes. */
    private ServerProcess startServer() throws IOException {
        await().atMost(SOON).until(() -> !manager.registrations.isEmpty());
        Path program = Files.writeString(dir.resolve("echo.py"), """
                import socketserver, sys
                class Echo(socketserver.StreamRequestHandler):
                    def handle(self):
                        for line in self.rfile:
                            self.wfile.write(line)
                class Server(socketserver.ThreadingTCPServer):
                    request_queue_size = 100
                Server(("127.0.0.1", int(sys.argv[1])), Echo).serve_forever()
                """);
        manager.send(ConnectResponse.newBuilder()
                .setStartProcess(StartProcess.newBuilder()
                        .setProcessId("p-1")
                        .setImage(Image.newBuilder()
                                .setName("echo")
                                .setVersion("1")
                                .setManifest("exec: [/usr/bin/python3, %2$s, \"%1$d\"]\nports: [%1$d]\n"
                                        .formatted(port, program))))
                .build());
        return awaitState(ProcessState.PROCESS_STATE_RUNNING);
    }

    private ServerProcess awaitState(ProcessState state) {
        await().atMost(SOON)
                .until(() -> manager.process("p-1")
                        .filter(process -> process.getState() == state)
                        .isPresent());
        return manager.process("p-1").orElseThrow();
    }

    @Test
    void isKilledAndFoundAgainAreItsServerAndTheClients() throws IOException, InterruptedException {
        ServerProcess before = startServer();
        ProcessTree tree = ProcessTree.of(before.getPid());
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            askAll(clients, "with the first agent");

            agent.destroyForcibly().waitFor();
            askAll(clients, "without an agent");
            manager.tables.clear();
            agent = agent();
            ServerProcess after = awaitState(ProcessState.PROCESS_STATE_RUNNING);

            assertThat(after.getPid()).isEqualTo(before.getPid());
            assertThat(after.getStartTime()).isEqualTo(before.getStartTime());
            await().atMost(SOON)
                    .until(() -> manager.process("p-1").orElseThrow().getPortsList().stream()
                            .anyMatch(listening -> listening.getConnections() == CLIENTS));
            askAll(clients, "with the second agent");
            assertThat(manager.registrations)
                    .extracting(Registration::getAgentId)
                    .hasSize(2);
            assertThat(Set.copyOf(manager.registrations)).as("the same host").hasSize(1);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
            tree.killAll(new Exits(), SOON);
        }
        assertThat(awaitState(ProcessState.PROCESS_STATE_EXITED).getPid()).isEqualTo(before.getPid());
    }

    private static void askAll(List<Socket> clients, String question) throws IOException {
        byte[] line = (question + "\n").getBytes(StandardCharsets.US_ASCII);
        for (Socket client : clients) {
            client.setSoTimeout(10_000);
            client.getOutputStream().write(line);
        }
        for (Socket client : clients) {
            assertThat(client.getInputStream().readNBytes(line.length)).isEqualTo(line);
        }
    }

    @Test
    void aSecondOneOnTheDataDirectoryNamesTheFirst() {
        await().atMost(SOON).until(() -> !manager.registrations.isEmpty());
        StringWriter errors = new StringWriter();
        int code = new CommandLine(new AgentMain())
                .setErr(new PrintWriter(errors, true))
                .execute("--data-dir", dir.resolve("data").toString());

        assertThat(code).isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(errors.toString())
                .contains("is in use by the agent with pid " + agent.pid() + ": stop it, or give another --data-dir");
    }

    @Test
    void aWrongAddressSaysWhatWouldBeRight() {
        StringWriter errors = new StringWriter();
        int code = new CommandLine(new AgentMain())
                .setErr(new PrintWriter(errors, true))
                .execute("--manager", "nonsense");

        assertThat(code).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(errors.toString()).contains("'nonsense' is not HOST:PORT");
    }
}
