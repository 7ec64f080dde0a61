package dev.holdfast.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.link.TestManager;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.Image;
import dev.holdfast.proto.agent.v1.ProcessState;
import dev.holdfast.proto.agent.v1.StartProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The agent as a process of its own. */
class AgentMainTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path dir;

    private TestManager manager;
    private Process agent;

    @BeforeEach
    void start() throws IOException {
        manager = new TestManager(0, null);
        agent = new ProcessBuilder(
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
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        manager.send(ConnectResponse.newBuilder()
                .setStartProcess(StartProcess.newBuilder()
                        .setProcessId("p-1")
                        .setImage(Image.newBuilder()
                                .setName("files")
                                .setVersion("1")
                                .setManifest("""
                                exec: [/usr/bin/python3, -m, http.server, --bind, 127.0.0.1, "%1$d"]
                                ports: [%1$d]
                                """.formatted(port))))
                .build());
        await().atMost(SOON)
                .until(() -> manager.process("p-1")
                        .filter(process -> process.getState() == ProcessState.PROCESS_STATE_RUNNING)
                        .isPresent());
        int server = manager.process("p-1").orElseThrow().getPid();
        ProcessTree tree = ProcessTree.of(server);
        try {
            agent.destroy();

            assertThat(agent.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(tree.members()).hasSize(1).allMatch(member -> member.alive());
            assertThat(Files.readString(dir.resolve("err"))).doesNotContain("Exception");
        } finally {
            tree.killAll(new Exits(), SOON);
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
