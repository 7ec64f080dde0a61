package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamespaceCheckTest {
    @TempDir
    Path dir;

    private final NamespaceCheck check = new NamespaceCheck();

    @Test
    void aServerInTheAgentsNamespacePasses() {
        assertThat(check.look(Subjects.of(dir, Subjects.OWN, 80)))
                .containsExactly(Finding.passed("namespace", "the server is in the agent's network namespace"));
    }

    @Test
    void oneInAnotherIsRefused() throws IOException {
        // unshare fails, and the program tells nothing, where the right to is missing.
        try (Python server = new Python("print(0, flush=True); input()", "/usr/bin/unshare", "--net")) {
            assertThat(server.told(0)).isZero();
            assertThat(check.look(Subjects.of(dir, server.pid(), 80)))
                    .containsExactly(Finding.refused(
                            "namespace",
                            "process " + server.pid()
                                    + " of the server is in another network namespace than the agent: run"
                                    + " an agent in that namespace"));
        }
    }
}
