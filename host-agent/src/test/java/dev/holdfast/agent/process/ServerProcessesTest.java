package dev.holdfast.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.Ports;
import dev.holdfast.agent.process.ManagedProcess.State;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessesTest {
    private static final String ID = "p-1";

    private final Exits exits = new Exits();

    @TempDir
    Path dir;

    private ServerProcesses servers;
    private int port;

    @BeforeEach
    void open() throws IOException {
        servers = agent();
        port = Ports.free();
    }

    @AfterEach
    void end() {
        for (ManagedProcess process : servers.all()) {
            if (process.pid() != 0) {
                ProcessTree.of(process.pid()).killAll(exits, Duration.ofSeconds(10));
            }
        }
        await("all exits are dealt with")
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("exit-of-")));
    }

    private ServerProcesses agent() {
        return new ServerProcesses(
                new ProcessStore(dir.resolve("processes")),
                new ImageStore(dir.resolve("images"), Images.NO_BUNDLES),
                exits);
    }

    private ManagedProcess process() {
        return servers.get(ID).orElseThrow();
    }

    @Test
    void startsAndStops() throws InterruptedException {
        servers.start(ID, Images.httpServer(port));
        ManagedProcess running = process();
        servers.start(ID, Images.httpServer(port));

        assertThat(running.state()).isEqualTo(State.RUNNING);
        assertThat(running.identity().alive()).isTrue();
        assertThat(process()).as("a known id is left alone").isEqualTo(running);

        servers.stop(ID);
        assertThat(process().state()).isEqualTo(State.STOPPED);
        assertThat(running.identity().alive()).isFalse();
    }

    @Test
    void tellsOfAnExit() throws InterruptedException {
        servers.start(ID, Images.httpServer(port));
        List<ProcessIdentity> tree = ProcessTree.of(process().pid()).members();

        new ProcessTree(process().pid(), tree).killAll(new Exits(), Duration.ofSeconds(5));

        await().until(() -> process().state() == State.EXITED);
        assertThat(process().detail()).startsWith("Its process " + process().pid());
    }

    @Test
    void aRestartedAgentFindsItsServers() throws InterruptedException {
        servers.start(ID, Images.httpServer(port));
        ManagedProcess before = process();

        servers = agent();
        servers.watch();

        assertThat(process()).isEqualTo(before);
        servers.stop(ID);
        assertThat(process().state()).isEqualTo(State.STOPPED);
    }

    @Test
    void aRestartedAgentSeesWhatEndedMeanwhile() throws InterruptedException {
        servers.start(ID, Images.httpServer(port));
        ManagedProcess before = process();
        ProcessStore store = new ProcessStore(dir.resolve("processes"));
        servers.stop(ID);
        store.save(before);

        servers = agent();
        servers.watch();

        await().until(() -> process().state() == State.EXITED);
    }

    @Test
    void aRestartedAgentStartsAnewWhatWasBeingStarted() throws InterruptedException {
        ProcessStore store = new ProcessStore(dir.resolve("processes"));
        store.save(ManagedProcess.starting(ID, Images.httpServer(port)));

        servers = agent();
        servers.watch();

        await().atMost(Duration.ofSeconds(20)).until(() -> process().state() == State.RUNNING);
    }

    @Test
    void anUpgradeReplacesTheProcessWithoutItCountingAsLost() throws InterruptedException {
        servers.start(ID, Images.httpServer(port));
        ManagedProcess old = process();
        ImageRef next = new ImageRef("test", "2", old.image().manifestYaml(), "", 0);
        int pid;
        try (ProcessLock _ = servers.lock(ID)) {
            ProcessTree.freeze(old.pid(), Duration.ofSeconds(5)).killAll(exits, Duration.ofSeconds(5));
            pid = Launcher.start(servers.prepare(ID, next));
            servers.replace(ID, next, ProcessIdentity.of(pid));
        }

        assertThat(process().state()).isEqualTo(State.RUNNING);
        assertThat(process().imageVersion()).isEqualTo("2");
        assertThat(process().pid()).isEqualTo(pid).isNotEqualTo(old.pid());

        ProcessTree.of(pid).killAll(exits, Duration.ofSeconds(5));
        await().until(() -> process().state() == State.EXITED);
        assertThat(process().detail()).contains("was killed by signal 9");
    }

    @Test
    void saysWhyAServerDidNotStart() throws InterruptedException {
        servers.start(ID, Images.plain("""
                exec: ["/bin/sh", "-c", "echo cannot read my config >&2; exit 7"]
                ports: [%d]
                """.formatted(port)));

        assertThat(process().state()).isEqualTo(State.FAILED);
        assertThat(process().detail())
                .contains("exited with status 7 before it was ready")
                .contains("stderr.log: cannot read my config");
    }

    @Test
    void aPortInUseIsNamedWithItsOwner() throws InterruptedException, IOException {
        try (ServerSocket taken = new ServerSocket(port)) {
            servers.start(ID, Images.httpServer(taken.getLocalPort()));
        }
        assertThat(process().state()).isEqualTo(State.FAILED);
        assertThat(process().detail())
                .contains("Port 127.0.0.1:" + port + " is in use by process "
                        + ProcessHandle.current().pid())
                .contains("java");
    }

    @Test
    void aManifestThatIsRefusedFailsTheProcess() throws InterruptedException {
        servers.start(ID, Images.plain("exec: [\"/bin/true\"]\nports: [80]\nredy: {}\n"));

        assertThat(process().state()).isEqualTo(State.FAILED);
        assertThat(process().detail()).contains("line 3");
    }

    @Test
    void aServerThatIgnoresItsSignalIsKilled() throws InterruptedException {
        servers.start(ID, Images.plain("""
                exec: ["/bin/sh", "-c", "trap '' TERM; /usr/bin/python3 -m http.server --bind 127.0.0.1 %1$d; sleep 60"]
                ports: ["127.0.0.1:%1$d"]
                stop: {signal: TERM, within: 200ms}
                """.formatted(port)));
        assertThat(process().state()).as(process().detail()).isEqualTo(State.RUNNING);
        ProcessTree tree = ProcessTree.of(process().pid());

        servers.stop(ID);

        assertThat(tree.members()).hasSizeGreaterThan(1).noneMatch(ProcessIdentity::alive);
    }

    @Test
    void aPidThatIsSomebodyElsesByNowIsLeftAlone() throws InterruptedException {
        int innocent = Launcher.start(Scripts.as(null, dir, "/bin/sleep", "60"));
        ProcessIdentity alive = ProcessIdentity.of(innocent);
        ProcessIdentity before = new ProcessIdentity(innocent, alive.startTicks() - 1);
        try {
            new ProcessStore(dir.resolve("processes"))
                    .save(ManagedProcess.starting(ID, Images.plain("""
                                    exec: ["/bin/sleep"]
                                    ports: [%d]
                                    stop: {signal: TERM, within: 200ms}
                                    """.formatted(port)))
                            .spawned(before, Instant.now())
                            .running());
            servers = agent();

            servers.stop(ID);

            assertThat(process().state()).isEqualTo(State.STOPPED);
            assertThat(alive.alive()).isTrue();
        } finally {
            ProcessTree.of(innocent).killAll(new Exits(), Duration.ofSeconds(5));
        }
    }

    @Test
    void whateverGoesWrongWhileItStartsFailsIt() throws InterruptedException {
        BundleSource broken = (_, _) -> {
            throw new IllegalStateException("the channel is shut down");
        };
        servers = new ServerProcesses(
                new ProcessStore(dir.resolve("processes")), new ImageStore(dir.resolve("images"), broken), exits);

        servers.start(ID, Images.bundled("exec: [x]\nports: [80]\n", "sha256:" + "0".repeat(64), 1));

        assertThat(process().state()).isEqualTo(State.FAILED);
        assertThat(process().detail())
                .isEqualTo("It was not started: java.lang.IllegalStateException: the channel is shut down");
    }

    @Test
    void anExitThatCannotBeRecordedAtOnceIsRecordedLater() throws InterruptedException, IOException {
        servers.start(ID, Images.httpServer(port));
        int pid = process().pid();
        Path own = dir.resolve("processes").resolve(ID);
        Path aside = Files.move(own, dir.resolve("aside"));
        Files.createFile(own);

        ProcessTree.of(pid).killAll(new Exits(), Duration.ofSeconds(5));
        await("the first try has failed")
                .until(() -> Thread.getAllStackTraces().entrySet().stream()
                        .filter(thread -> thread.getKey().getName().equals("exit-of-" + pid))
                        .allMatch(thread -> thread.getKey().getState() == Thread.State.TIMED_WAITING));
        assertThat(process().state()).isEqualTo(State.RUNNING);
        Files.delete(own);
        Files.move(aside, own);

        await().until(() -> process().state() == State.EXITED);
    }
}
