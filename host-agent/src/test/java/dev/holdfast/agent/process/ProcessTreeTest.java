package dev.holdfast.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.linux.AsNobody;
import dev.holdfast.agent.linux.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTreeTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Exits exits = new Exits();

    @TempDir
    Path dir;

    private int root;

    @AfterEach
    void end() {
        if (root != 0) {
            ProcessTree.of(root).killAll(exits, SOON);
        }
    }

    private ProcessTree start(String script, int size) {
        root = Launcher.start(Scripts.sh(dir, script));
        return await().until(() -> ProcessTree.of(root), tree -> tree.members().size() == size);
    }

    @Test
    void holdsDescendantsAndOrphansOfTheSession() {
        ProcessTree tree = start("sleep 60 & sh -c 'sleep 61; :' & (sleep 62 & exit) ; wait", 5);

        assertThat(tree.pids()).first().isEqualTo(root);
        assertThat(tree.pids().stream().map(CommandLine::of))
                .contains("sleep 60", "sleep 61", "sleep 62", "sh -c sleep 61; :");
    }

    @Test
    void freezesAndThawsAll() {
        start("sleep 60 & sleep 61 & wait", 3);

        ProcessTree frozen = ProcessTree.freeze(root, SOON);
        assertThat(states(frozen)).hasSize(3).containsOnly('T');

        frozen.thaw();
        await().until(() -> !states(frozen).contains('T'));
    }

    @Test
    void freezesAServerThatForksWithoutPause() {
        root = Launcher.start(Scripts.sh(dir, "while :; do sleep 0.01 & done"));
        await().until(() -> ProcessTree.of(root).members().size() > 5);

        ProcessTree frozen = ProcessTree.freeze(root, SOON);

        assertThat(states(frozen)).containsOnly('T');
        assertThat(ProcessTree.of(root).members()).isEqualTo(frozen.members());
    }

    @Test
    void killsAFrozenTreeAndReapsItsRoot() {
        start("sleep 60 & sleep 61 & wait", 3);
        ProcessTree frozen = ProcessTree.freeze(root, SOON);

        frozen.killAll(exits, SOON);

        assertThat(frozen.members()).noneMatch(ProcessIdentity::alive);
        assertThat(ProcStat.of(root)).isEmpty();
        assertThat(exits.of(frozen.members().getFirst())).hasValue("was killed by signal 9");
    }

    @Test
    void nothingIsThereForAPidThatIsGone() {
        start("exec sleep 60", 1);
        ProcessTree tree = ProcessTree.of(root);
        tree.killAll(exits, SOON);

        assertThat(ProcessTree.of(root).members()).isEmpty();
        assertThatThrownBy(() -> ProcessIdentity.of(root)).hasMessageContaining("There is no process " + root);
    }

    private static List<Character> states(ProcessTree tree) {
        return tree.pids().stream()
                .flatMap(pid -> ProcStat.of(pid).stream())
                .map(ProcStat::state)
                .toList();
    }

    @Test
    void aServerOfWhichAPartMayNotBeStoppedGoesOn() {
        assumeTrue(Processes.effectiveUid() == 0, "only root can start processes as another user");
        start("sleep 60 & exec setpriv --reuid=65534 --clear-groups sleep 61", 2);
        await().until(() -> CommandLine.of(root).equals("sleep 61"));

        assertThatThrownBy(() -> AsNobody.run(() -> ProcessTree.freeze(root, SOON)))
                .hasCauseInstanceOf(ProcessException.class)
                .hasMessageContaining("cannot be stopped: kill: EPERM");

        await().until(() -> !states(ProcessTree.of(root)).contains('T'));
    }

    @Test
    void whatIsLeftOfAServerIsFoundByItsFirstProcessThatIsGone() {
        start("sleep 60 & sleep 61 & wait", 3);
        ProcessTree tree = ProcessTree.of(root);
        ProcessIdentity first = tree.members().getFirst();
        new ProcessTree(root, List.of(first)).killAll(exits, SOON);

        assertThat(ProcessTree.of(first).members())
                .containsExactlyInAnyOrderElementsOf(tree.members().subList(1, 3));
        assertThat(ProcessTree.of(new ProcessIdentity(tree.pids().get(1), 1)).members())
                .as("of one whose pid is another's by now")
                .isEmpty();
        tree.and(List.of()).killAll(exits, SOON);
        assertThat(tree.members()).noneMatch(ProcessIdentity::alive);
    }

    @Test
    void noChildOfAFrozenServerRunsWhileItIsKilled() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 is not installed");
        Path woken = dir.resolve("woken");
        root = Launcher.start(Scripts.as(null, dir, "/usr/bin/python3", "-c", """
                import os, signal, sys, time
                for i in range(20):
                    if os.fork() == 0:
                        os.setpgid(0, 0)
                        signal.signal(signal.SIGHUP, lambda *_: open(sys.argv[1], "a").write("x"))
                        while True:
                            time.sleep(60)
                time.sleep(60)
                """, woken.toString()));
        await().until(() -> ProcessTree.of(root).members().size() == 21);

        ProcessTree.freeze(root, SOON).killAll(exits, SOON);

        assertThat(woken).doesNotExist();
    }

    @Test
    void whatIsNoPidHasNoTree() {
        assertThatThrownBy(() -> ProcessTree.of(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
