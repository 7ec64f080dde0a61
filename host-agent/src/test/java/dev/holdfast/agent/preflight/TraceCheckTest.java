package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.linux.AsNobody;
import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceCheckTest {
    @TempDir
    Path dir;

    private final TraceCheck check = new TraceCheck();

    @Test
    void aProcessOfOnesOwnPasses() throws IOException {
        try (Python server = new Python("print(0, flush=True); input()")) {
            assertThat(check.look(Subjects.of(dir, server.pid(), 80)))
                    .containsExactly(Finding.passed(
                            "ptrace", "the descriptors of process " + server.pid() + " can be duplicated"));
        }
    }

    @Test
    void anAgentWithoutTheRightIsRefused() throws IOException {
        assumeTrue(Processes.effectiveUid() == 0, "only root can become another user");
        List<Finding> findings = new ArrayList<>();
        try (Python server = new Python("print(0, flush=True); input()")) {
            AsNobody.run(() -> findings.addAll(check.look(Subjects.of(dir, server.pid(), 80))));

            assertThat(findings).singleElement().satisfies(finding -> {
                assertThat(finding.isRefusal()).isTrue();
                assertThat(finding.detail())
                        .startsWith("this agent (uid 65534) may not trace process " + server.pid() + " (uid 0): ");
            });
        }
    }

    @Test
    void theWayOutDependsOnWhatForbidsIt() {
        assertThat(TraceCheck.refusal(Errno.EPERM, 12, 0, 1000, 0))
                .endsWith("run the agent as root or as the server's user, or give it CAP_SYS_PTRACE");
        assertThat(TraceCheck.refusal(Errno.EPERM, 12, 1000, 1000, 1))
                .endsWith("ptrace_scope is 1: give the agent CAP_SYS_PTRACE, or write 0 there");
        assertThat(TraceCheck.refusal(Errno.EPERM, 12, 1000, 1000, 3)).endsWith("until the host starts anew");
        assertThat(TraceCheck.refusal(Errno.ENOSYS, 12, 1000, 1000, 0)).contains("seccomp profile");
    }

    @Test
    void aNewServerOfAnotherUserTakesTheRightToTraceIt() {
        assumeTrue(Processes.effectiveUid() == 0, "only root can become another user");
        Subject subject = Subjects.of(dir, List.of(), Subjects.manifest(80), Subjects.manifest(80, "user: root"));
        List<Finding> findings = new ArrayList<>();
        AsNobody.run(() -> findings.addAll(check.look(subject)));

        assertThat(findings)
                .singleElement()
                .extracting(Finding::detail)
                .asString()
                .isEqualTo(
                        "the new server runs as user root, and this agent may trace its own user's processes only: give it"
                                + " CAP_SYS_PTRACE");
    }
}
