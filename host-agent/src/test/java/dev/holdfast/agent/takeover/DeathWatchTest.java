package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.Ports;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Spawn;
import dev.holdfast.agent.linux.Wait;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.common.manifest.PortSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers of several processes and threads, and how they end. */
class DeathWatchTest {
    private static final int SIGABRT = 6;
    private static final int SIGKILL = 9;
    private static final int SIGSEGV = 11;
    private static final int SIGTERM = 15;
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final String LISTEN = """
            import ctypes, os, signal, socket, threading, time
            server = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
            """;

    @TempDir
    Path dir;

    private final Exits exits = new Exits();
    private final List<Integer> spawned = new ArrayList<>();
    private int port;

    @BeforeEach
    void python() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 is not installed");
        port = Ports.free();
    }

    @AfterEach
    void end() {
        spawned.forEach(pid -> ProcessTree.of(pid).killAll(exits, SOON));
    }

    /** When it returns, the script has come to its end, where it makes a file "ready". */
    private int spawn(String script) throws IOException {
        Path file = Files.writeString(dir.resolve("server.py"), LISTEN + script);
        int pid = Spawn.spawn(
                List.of("/usr/bin/python3", file.toString()),
                List.of("PATH=/usr/bin:/bin", "PORT=" + port),
                dir.toString(),
                "/dev/null",
                "/dev/null",
                List.of());
        spawned.add(pid);
        await().atMost(SOON).until(() -> Files.exists(dir.resolve("ready")));
        return pid;
    }

    private static DeathWatch watch(int pid) {
        return DeathWatch.of(pid, () -> ProcessTree.of(pid).pids());
    }

    private static String dying(DeathWatch watch) throws Exception {
        return watch.dying().get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    private int listenersOf(List<Integer> pids) {
        try (HeldSockets held = new HeldSockets()) {
            new Holder(held, List.of(new PortSpec(null, port))).refresh(pids);
            return held.listeners().size();
        }
    }

    private static int child(int pid) {
        return ProcessTree.of(pid).pids().getLast();
    }

    @Test
    void itHasItsSocketsStillAndGoesItsWayAfterwards() throws Exception {
        int pid = spawn("open('ready', 'w'); time.sleep(600)");
        try (DeathWatch watch = watch(pid)) {
            Processes.kill(pid, SIGKILL);
            Processes.kill(pid, SIGKILL);

            assertThat(dying(watch)).isEqualTo("was killed by signal 9");
            assertThat(listenersOf(List.of(pid))).isEqualTo(1);
        }
        assertThat(Wait.within(pid, Wait.WALL, SOON).orElseThrow().termSignal()).isEqualTo(SIGKILL);
    }

    @Test
    void signalsAreDelivered() throws Exception {
        int pid = spawn("signal.signal(signal.SIGTERM, lambda *_: os._exit(5)); open('ready', 'w'); time.sleep(600)");
        try (DeathWatch watch = watch(pid)) {
            Processes.kill(pid, SIGTERM);

            assertThat(dying(watch)).isEqualTo("exited with status 5");
        }
    }

    @Test
    void aThreadThatEndsAloneIsNoDeathThoughItIsTheFirst() throws Exception {
        int pid = spawn("""
                threading.Thread(target=lambda: time.sleep(600)).start()
                open('ready', 'w')
                while not os.path.exists('go'): time.sleep(0.01)
                ctypes.CDLL(None).syscall(60, 0)
                """);
        try (DeathWatch watch = watch(pid)) {
            Files.createFile(dir.resolve("go"));
            await().atMost(SOON).until(() -> ThreadStatus.of(pid).orElseThrow().hasEnded());
            assertThat(watch.dying()).isNotDone();
            Processes.kill(pid, SIGKILL);

            assertThat(dying(watch)).isEqualTo("was killed by signal 9");
            assertThat(Stream.of(dir.toFile().list())).contains("go");
        }
    }

    @Test
    void aWorkerMayEndButNotOfABug() throws Exception {
        int pid = spawn("""
                for i in range(2):
                    if os.fork() == 0:
                        time.sleep(600)
                open('ready', 'w')
                while True:
                    os.wait()
                """);
        await().atMost(SOON).until(() -> ProcessTree.of(pid).pids().size() == 3);
        try (DeathWatch watch = watch(pid)) {
            Processes.kill(child(pid), SIGTERM);
            await().atMost(SOON).until(() -> ProcessTree.of(pid).pids().size() == 2);
            assertThat(watch.dying()).isNotDone();
            int worker = child(pid);
            Processes.kill(worker, SIGSEGV);

            assertThat(dying(watch)).isEqualTo("has lost its process " + worker + ", which was killed by signal 11");
            assertThat(listenersOf(List.of(worker))).isEqualTo(1);
        }
    }

    @Test
    void whatIsBornMeanwhileIsWatchedToo() throws Exception {
        int pid = spawn("""
                open('ready', 'w')
                while not os.path.exists('go'): time.sleep(0.01)
                if os.fork() == 0:
                    time.sleep(600)
                time.sleep(600)
                """);
        try (DeathWatch watch = watch(pid)) {
            Files.createFile(dir.resolve("go"));
            await().atMost(SOON).until(() -> ProcessTree.of(pid).pids().size() == 2);
            Processes.kill(child(pid), SIGABRT);

            assertThat(dying(watch)).endsWith("was killed by signal 6");
        }
    }
}
