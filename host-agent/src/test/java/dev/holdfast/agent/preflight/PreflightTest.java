package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.Ports;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.process.ServerProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that the agent has started, as a whole. */
class PreflightTest {
    @TempDir
    Path dir;

    private ServerProcesses servers;
    private String manifest;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 is not installed");
        int port = Ports.free();
        manifest = """
                exec: [/usr/bin/python3, -m, http.server, --bind, 127.0.0.1, "%1$d"]
                ports: [%1$d]
                """.formatted(port);
        servers = Subjects.servers(dir);
        servers.start("p-1", Subjects.image("v1", manifest));
    }

    @AfterEach
    void end() {
        ProcessTree.of(servers.get("p-1").orElseThrow().pid()).killAll(new Exits(), Duration.ofSeconds(10));
        Awaitility.await("its exit is dealt with")
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("exit-of-")));
    }

    @Test
    void aServerLikeAnyOtherCanBeUpgraded() {
        List<Finding> findings = new Preflight(servers).look("p-1", Subjects.image("v2", manifest), Map.of());

        assertThat(findings).noneMatch(Finding::isRefusal);
        assertThat(findings)
                .extracting(Finding::check)
                .contains("kernel", "process", "image", "ptrace", "descriptors", "listener", "tls", "undo", "upgrades");
        assertThat(new Preflight(servers).refusal("p-1", Subjects.image("v2", manifest)))
                .isEmpty();
    }

    @Test
    void allReasonsAreGivenAtOnce() {
        assertThat(new Preflight(servers)
                        .refusal("p-1", Subjects.image("v2", "exec: [/no/such/program]\nports: [1]\n")))
                .hasValueSatisfying(reasons -> assertThat(reasons)
                        .startsWith("image: exec '/no/such/program' does not exist on this host; listener: "));
    }

    @Test
    void oneThatIsStoppedIsNotLookedAtAnyFurther() throws InterruptedException {
        servers.stop("p-1");

        assertThat(new Preflight(servers).look("p-1", Subjects.image("v2", manifest), Map.of()))
                .extracting(Finding::check)
                .containsExactly("kernel", "process", "image");
        assertThat(new Preflight(servers).refusal("p-1", Subjects.image("v2", manifest)))
                .hasValue("process: the process is stopped, not running: start it first");
    }
}
