package dev.holdfast.agent.cycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk under the journal is full, which takes a file system of its own. */
class DiskFullTest {
    @TempDir
    Path dir;

    private LineHost host;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        host = LineHost.of(dir);
        Files.createDirectories(host.journals());
    }

    @AfterEach
    void end() throws IOException, InterruptedException {
        host.close();
        run("umount", host.journals().toString());
    }

    private void smallDisk(String size) throws IOException, InterruptedException {
        boolean mounted = run(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "size=" + size,
                "none",
                host.journals().toString());
        assumeTrue(mounted, "no file system may be mounted here: that takes CAP_SYS_ADMIN");
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    private void fill() {
        try (OutputStream out = Files.newOutputStream(host.journals().resolve("other"))) {
            while (true) {
                out.write(new byte[4096]);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    @Test
    void aCycleDoesNotStart() throws IOException, InterruptedException {
        smallDisk("32k");
        host.begin("{}");
        CycleReport report = host.report();

        assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_ABORTED);
        assertThat(report.getReason()).contains("c-1.journal cannot be written: No space left");
        assertThat(host.states).as("nothing was touched").isEmpty();
        host.allAreAnsweredBy("v1");
    }

    @Test
    void oneThatHasStartedIsUndone() throws IOException, InterruptedException {
        smallDisk("128k");
        host.heard.at = reached -> {
            if (reached == State.HOLDING) {
                fill();
            }
        };
        host.begin("{}");
        await().atMost(LineHost.SOON).until(() -> !host.heard.reports.isEmpty());
        CycleReport report = host.heard.reports.getFirst();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_ABORTED);
        assertThat(report.getReason()).contains("c-1.connections cannot be written: No space left");
        assertThat(host.outcomesOfClients(report)).hasSize(LineHost.CLIENTS).containsOnly(Outcome.OUTCOME_RELEASED);
        host.allAreAnsweredBy("v1");
    }

    @Test
    void onceTheOldServerIsStoppedTheJournalHasRoom() throws IOException, InterruptedException {
        smallDisk("128k");
        host.heard.at = reached -> {
            if (reached == State.STOPPING) {
                fill();
            }
        };
        host.begin("{prove: 200ms}");
        await().atMost(LineHost.SOON).until(() -> !host.heard.reports.isEmpty());
        CycleReport report = host.heard.reports.getFirst();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(host.outcomesOfClients(report)).hasSize(LineHost.CLIENTS).containsOnly(Outcome.OUTCOME_KEPT);
        host.allAreAnsweredBy("v2");
    }
}
