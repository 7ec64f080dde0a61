package dev.holdfast.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.linux.Passwd;
import dev.holdfast.agent.linux.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
    private final Exits exits = new Exits();

    @TempDir
    Path dir;

    private String run(Launch launch) {
        ProcessIdentity process = ProcessIdentity.of(Launcher.spawnStopped(launch));
        Launcher.resume(process.pid());
        return await().until(() -> exits.of(process), Optional::isPresent).orElseThrow();
    }

    @Test
    void stopsJustBeforeTheProgram() {
        int pid = Launcher.spawnStopped(Scripts.as(null, dir, "/bin/sleep", "60"));
        ProcessTree tree = ProcessTree.of(pid);
        try {
            ProcStat stopped = ProcStat.of(pid).orElseThrow();
            assertThat(stopped.state()).isEqualTo('T');
            assertThat(stopped.command()).isEqualTo("sh");
            assertThat(stopped.session()).isEqualTo(pid);
            assertThat(stopped.group()).isEqualTo(pid);

            Launcher.resume(pid);
            await().until(() -> CommandLine.of(pid).equals("/bin/sleep 60"));
        } finally {
            tree.killAll(exits, Duration.ofSeconds(5));
        }
        assertThat(ProcStat.of(pid)).as("reaped").isEmpty();
    }

    @Test
    void outputIsAppendedAndStatusKept() throws IOException {
        String once = run(Scripts.sh(dir, "echo $GREETING; echo oops >&2; pwd; exit 3"));
        String twice = run(Scripts.sh(dir, "echo again"));

        assertThat(once).isEqualTo("exited with status 3");
        assertThat(twice).isEqualTo("exited with status 0");
        assertThat(dir.resolve("stdout.log")).hasContent("hello\n" + dir.toRealPath() + "\nagain");
        assertThat(dir.resolve("stderr.log")).hasContent("oops");
    }

    @Test
    void inheritsNothing() throws IOException {
        // Listed and read by the shell itself: it has pipes and blocks signals for as long as it begins another
        // program.
        run(Scripts.sh(dir, """
                for fd in /proc/$$/fd/*; do readlink $fd; done
                while read -r line; do case $line in SigBlk*|SigIgn*) echo "$line" ;; esac; done </proc/$$/status
                """));

        assertThat(Files.readAllLines(dir.resolve("stdout.log")))
                .containsExactly(
                        "/dev/null",
                        dir.toRealPath() + "/stdout.log",
                        dir.toRealPath() + "/stderr.log",
                        "SigBlk:\t0000000000000000",
                        // glibc's own two real-time signals, which every program of glibc ignores from the start.
                        "SigIgn:\t0000000180000000");
    }

    @Test
    void aSignalIsNamed() {
        assertThat(run(Scripts.sh(dir, "kill -9 $$"))).isEqualTo("was killed by signal 9");
    }

    @Test
    void runsAsAnotherUser() throws IOException {
        assumeTrue(Processes.effectiveUid() == 0, "only root can start processes as another user");
        run(Scripts.as("nobody", dir, "/bin/sh", "-c", "id -un; id -gn; id -G"));

        Passwd nobody = Passwd.of("nobody").orElseThrow();
        assertThat(Files.readAllLines(dir.resolve("stdout.log")))
                .as("user, group, and none of the agent's own groups")
                .containsExactly("nobody", group(nobody.gid()), String.valueOf(nobody.gid()));
    }

    private static String group(int gid) throws IOException {
        return Files.readAllLines(Path.of("/etc/group")).stream()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields[2].equals(String.valueOf(gid)))
                .map(fields -> fields[0])
                .findFirst()
                .orElseThrow();
    }

    @Test
    void hasTheWholeEnvironmentAndNoMore() throws IOException {
        run(Scripts.as(null, dir, "/usr/bin/env"));

        assertThat(Files.readAllLines(dir.resolve("stdout.log")))
                .contains("PATH=/usr/bin:/bin", "GREETING=hello")
                // What a shell sets of itself.
                .allMatch(line -> line.matches("(PATH|GREETING|PWD|OLDPWD|SHLVL|_)=.*"));
    }

    @Test
    void aStartThatHangsIsBrokenOff() {
        Launch launch = Scripts.as(null, dir, "/bin/sleep", "60");
        int pid = Launcher.start(launch);
        ProcessIdentity process = ProcessIdentity.of(pid);

        assertThatThrownBy(() -> Launcher.awaitStop(pid, launch, Duration.ofMillis(50)))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("/bin/sleep was not about to begin within 50 ms");
        assertThat(ProcStat.of(process.pid())).as("reaped").isEmpty();
    }

    @Test
    void anUnknownUserIsNamed() {
        assertThatThrownBy(() -> Launcher.spawnStopped(Scripts.as("nosuchuser", dir, "/bin/true")))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("There is no user 'nosuchuser'");
    }

    @Test
    void aMissingWorkdirIsNamed() {
        Launch launch = Scripts.sh(dir, "true");
        Launch elsewhere = new Launch(launch.argv(), null, launch.env(), dir.resolve("missing"), launch.logs());

        assertThatThrownBy(() -> Launcher.spawnStopped(elsewhere))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("missing")
                .hasMessageContaining("no such file or directory");
    }
}
