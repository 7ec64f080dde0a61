package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeccompCheckTest {
    /** PR_SET_NO_NEW_PRIVS, and a filter that allows everything; seccomp(2). */
    private static final String SANDBOXED = """
            import ctypes, struct
            prctl = ctypes.CDLL(None).prctl
            allow = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7fff0000))
            program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 1, ctypes.addressof(allow)))
            done = prctl(38, 1, 0, 0, 0) == 0 and prctl(22, 2, program) == 0
            print(0 if done else "", flush=True)
            input()
            """;

    @TempDir
    Path dir;

    private final SeccompCheck check = new SeccompCheck();

    @Test
    void aServerWithTheAgentsFiltersPasses() throws IOException {
        try (Python server = new Python("print(0, flush=True); input()")) {
            assertThat(check.look(Subjects.of(dir, server.pid(), 80)))
                    .containsExactly(Finding.passed("seccomp", "the server has no seccomp filter of its own"));
        }
    }

    @Test
    void oneWithAFilterOfItsOwnIsRefused() throws IOException {
        try (Python server = new Python(SANDBOXED)) {
            assertThat(server.told(0)).isZero();
            assertThat(check.look(Subjects.of(dir, server.pid(), 80)))
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.isRefusal()).isTrue();
                        assertThat(finding.detail()).contains("in process " + server.pid(), "switch its sandbox off");
                    });
        }
    }
}
