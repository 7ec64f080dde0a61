package dev.holdfast.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcStatTest {
    @Test
    void aCommandMayHoldBlanksAndParentheses() {
        ProcStat stat = ProcStat.parse("4711 (a) b (c) S 12 13 14 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987654 0 0\n");

        assertThat(stat).isEqualTo(new ProcStat(4711, "a) b (c", 'S', 12, 13, 14, false, 1, 987654));
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

    @Test
    void aProcessThatHasLeftItsFirstThreadLives(@TempDir Path dir) {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 is not installed");
        Exits exits = new Exits();
        int pid = Launcher.start(Scripts.as(null, dir, "/usr/bin/python3", "-c", """
                import ctypes, threading, time
                threading.Thread(target=time.sleep, args=(600,)).start()
                ctypes.CDLL(None).pthread_exit(None)
                """));
        ProcessIdentity process = ProcessIdentity.of(pid);
        try {
            await().until(() -> ProcStat.of(pid).orElseThrow().state() == 'Z');

            assertThat(process.alive()).isTrue();
            assertThat(exits.of(process)).isEmpty();
            assertThat(ProcessTree.of(pid).members()).containsExactly(process);
        } finally {
            new ProcessTree(pid, List.of(process)).killAll(exits, Duration.ofSeconds(5));
        }
        assertThat(exits.of(process)).hasValue("was killed by signal 9");
    }
}
