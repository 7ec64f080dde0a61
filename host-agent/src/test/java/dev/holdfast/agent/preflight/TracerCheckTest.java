package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.linux.Ptrace;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TracerCheckTest {
    /** PTRACE_SEIZE on a child of its own. */
    private static final String DEBUGGER = """
            import ctypes, os, time
            child = os.fork()
            if child == 0:
                time.sleep(600)
            ptrace = ctypes.CDLL(None).ptrace
            print(child if ptrace(0x4206, child, None, None) == 0 else "", flush=True)
            input()
            """;

    @TempDir
    Path dir;

    private final TracerCheck check = new TracerCheck();

    @Test
    void aServerThatNobodyTracesPasses() {
        assertThat(check.look(Subjects.of(dir, Subjects.OWN, 80)))
                .containsExactly(Finding.passed("debugger", "nobody traces the server"));
    }

    @Test
    void oneInADebuggerIsRefused() throws IOException {
        try (Python debugger = new Python(DEBUGGER)) {
            assertThat(check.look(Subjects.of(dir, debugger.told(0), 80)))
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.isRefusal()).isTrue();
                        assertThat(finding.detail())
                                .startsWith("process " + debugger.told(0) + " is traced by process " + debugger.pid())
                                .endsWith("detach the debugger");
                    });
        }
    }

    @Test
    void whatTheAgentTracesItselfIsNoDebuggers() throws IOException {
        try (Python server = new Python("print(0, flush=True); input()")) {
            Ptrace.seize(server.pid());

            assertThat(ProcessStatus.of(server.pid()).orElseThrow().tracer()).isPositive();
            assertThat(check.look(Subjects.of(dir, server.pid(), 80))).noneMatch(Finding::isRefusal);
        }
    }
}
