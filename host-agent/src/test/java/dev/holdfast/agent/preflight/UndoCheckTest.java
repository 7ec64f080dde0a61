package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.preflight.Finding.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UndoCheckTest {
    @TempDir
    Path dir;

    private List<Finding> look(int pid, String program) {
        String manifest = "exec: [" + program + "]\nports: [80]\n";
        return new UndoCheck().look(Subjects.of(dir, List.of(pid), manifest, manifest));
    }

    @Test
    void aProgramThatIsStillThereCanBeStartedAgain() {
        assertThat(look(Subjects.OWN, "/bin/sh"))
                .containsExactly(Finding.passed("undo", "the running image can be started again"));
    }

    @Test
    void oneThatIsGoneIsRefused() {
        assertThat(look(Subjects.OWN, "/no/such/program"))
                .containsExactly(Finding.refused(
                        "undo",
                        "the running image could not be started again if the new one failed: exec '/no/such/program' does"
                                + " not exist on this host"));
    }

    @Test
    void oneThatWasReplacedIsTold() throws IOException {
        Path program = Files.copy(Path.of("/bin/sleep"), dir.resolve("server"));
        Process server = new ProcessBuilder(program.toString(), "600").start();
        try {
            Files.delete(program);
            Files.copy(Path.of("/bin/sleep"), program);

            assertThat(look((int) server.pid(), program.toString()))
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                        assertThat(finding.detail()).contains(program + ", was replaced or removed");
                    });
        } finally {
            server.destroyForcibly().onExit().join();
        }
    }
}
