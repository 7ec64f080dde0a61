package dev.holdfast.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcStatTest {
    @Test
    void aCommandMayHoldBlanksAndParentheses() {
        ProcStat stat = ProcStat.parse("4711 (a) b (c) S 12 13 14 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987654 0 0\n");

        assertThat(stat).isEqualTo(new ProcStat(4711, "a) b (c", 'S', 12, 13, 14, 987654));
    }

    @Test
    void seesItself() {
        int pid = (int) ProcessHandle.current().pid();

        assertThat(ProcStat.of(pid)).isPresent();
        assertThat(ProcStat.all()).extracting(ProcStat::pid).contains(pid);
        assertThat(ProcStat.threads(pid)).hasSizeGreaterThan(1);
        assertThat(CommandLine.of(pid)).contains("java");
        assertThat(ProcessIdentity.of(pid).alive()).isTrue();
    }

    @Test
    void aPidWithAnotherStartTimeIsAnotherProcess() {
        int pid = (int) ProcessHandle.current().pid();

        assertThat(new ProcessIdentity(pid, 1).alive()).isFalse();
    }

    @Test
    void aCommandLineIsOneLine(@TempDir Path dir) {
        int pid = Launcher.start(Scripts.as(null, dir, "/bin/sh", "-c", "sleep 60\nsleep 61"));
        try {
            await().until(() -> CommandLine.of(pid).equals("/bin/sh -c sleep 60 sleep 61"));
        } finally {
            ProcessTree.of(pid).killAll(new Exits(), Duration.ofSeconds(5));
        }
    }
}
