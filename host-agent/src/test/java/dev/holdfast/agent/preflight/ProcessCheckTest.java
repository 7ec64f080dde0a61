package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.linux.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessCheckTest {
    private static final int SIGSTOP = 19;

    @TempDir
    Path dir;

    private final ProcessCheck check = new ProcessCheck();

    @Test
    void aServerThatRunsPasses() {
        assertThat(check.look(Subjects.of(dir, Subjects.OWN, 80)))
                .containsExactly(Finding.passed("process", "shop:v1 runs as process " + Subjects.OWN));
    }

    @Test
    void oneThatHasEndedIsRefused() {
        String manifest = Subjects.manifest(80);
        assertThat(check.look(Subjects.of(dir, List.of(), manifest, manifest)))
                .containsExactly(Finding.refused("process", "the process is exited, not running: start it first"));
    }

    @Test
    void oneThatIsBeingReplacedIsThereSoon() {
        String manifest = Subjects.manifest(80);
        Subject gone = Subjects.of(dir, List.of(), manifest, manifest);

        assertThat(check.look(Subjects.with(gone, Map.of("c-1", "p-1"))))
                .containsExactly(
                        Finding.warning("process", "the server is just being replaced: ask again when that is over"));
    }

    @Test
    void oneThatIsStoppedIsRefusedUnlessAnUpgradeStopsIt() throws IOException {
        try (Python server = new Python("print(0, flush=True); input()")) {
            Processes.kill(server.pid(), SIGSTOP);
            await().until(() -> ProcessStatus.of(server.pid()).orElseThrow().state() == 'T');
            Subject subject = Subjects.of(dir, server.pid(), 80);

            assertThat(check.look(subject)).singleElement().satisfies(finding -> {
                assertThat(finding.isRefusal()).isTrue();
                assertThat(finding.detail())
                        .startsWith("process " + server.pid() + " of the server is stopped by a signal")
                        .contains("kill -CONT");
            });
            assertThat(check.look(Subjects.with(subject, Map.of("c-1", "p-1")))).noneMatch(Finding::isRefusal);
        }
    }
}
