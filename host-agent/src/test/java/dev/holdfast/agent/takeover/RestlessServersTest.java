package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.Ports;
import dev.holdfast.agent.linux.Processes;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that make, lose and replace threads and processes while they are traced; server.c. */
class RestlessServersTest {
    private static final int CLIENTS = 8;
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;

    /** Those that have to be over before the server can be frozen for the next delivery. */
    private static final Set<String> ENDING = Set.of("spawns", "spawns slowly", "leaves");

    private static final int CROWD = 20;

    @TempDir
    Path directory;

    /** The habit, and how many deliveries show a fault that needs luck. */
    @ParameterizedTest
    @CsvSource({
        "threads, 100",
        "forks, 20",
        "spawns, 20",
        "spawns slowly, 10",
        "helpers, 20",
        "execs, 20",
        "leaves, 10",
        "computes, 5",
        "faults, 20",
        "signals, 20"
    })
    void keepsItsClients(String habit, int deliveries) throws Exception {
        try (Swap swap = server(habit)) {
            swap.connect(CLIENTS);
            answers(swap);
            for (int i = 0; i < deliveries; i++) {
                if (ENDING.contains(habit)) {
                    await().until(() -> Files.deleteIfExists(directory.resolve("done")));
                }
                swap.swap(() -> {});
                answers(swap);
            }
        }
    }

    /** What it does when it has just begun it is doing when it is seized; two deliveries into the same server. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "threads",
                "forks",
                "spawns",
                "spawns slowly",
                "helpers",
                "execs",
                "leaves",
                "computes",
                "faults",
                "signals"
            })
    void getsItsClientsLate(String habit) throws Exception {
        try (Swap swap = server(habit)) {
            swap.connect(CLIENTS);
            answers(swap);
            if (ENDING.contains(habit)) {
                await().until(() -> Files.deleteIfExists(directory.resolve("done")));
            }
            try (HeldSockets held = swap.replaceWithoutClients()) {
                List<HeldConnection> connections = List.copyOf(held.connections());
                for (HeldConnection connection : connections) {
                    // One that waits in the kernel for a child, on a busy machine, is tried again.
                    await().ignoreExceptionsMatching(
                                    e -> String.valueOf(e.getMessage()).contains("did not stop within"))
                            .until(() -> deliversLate(swap, held, connection));
                    LateDeliveryTest.untraced(swap.pid());
                }
            }
            answers(swap);
        }
    }

    private static boolean deliversLate(Swap swap, HeldSockets held, HeldConnection connection) {
        try (LateDelivery late = LateDelivery.attach(swap.pid(), held.listeners())) {
            late.deliver(List.of(connection));
            return true;
        }
    }

    @Test
    void aServerThatAnOperatorHasStoppedIsStoppedAfterALateDelivery() throws Exception {
        try (Swap swap = server("threads")) {
            swap.connect(CLIENTS);
            answers(swap);
            try (HeldSockets held = swap.replaceWithoutClients()) {
                Processes.kill(swap.pid(), SIGSTOP);
                await().until(() -> ThreadStatus.of(swap.pid()).orElseThrow().state() == 'T');
                try (LateDelivery late = LateDelivery.attach(swap.pid(), held.listeners())) {
                    late.deliver(held.connections());
                }
                await().until(() -> ThreadStatus.of(swap.pid()).orElseThrow().state() == 'T');
                Processes.kill(swap.pid(), SIGCONT);
            }
            answers(swap);
        }
    }

    @Test
    void aServerThatEndsDuringALateDeliveryLeavesUsItsConnections() throws Exception {
        try (Swap swap = server("dies")) {
            swap.connect(CLIENTS);
            answers(swap);
            try (HeldSockets held = swap.replaceWithoutClients();
                    LateDelivery late = LateDelivery.attach(swap.pid(), held.listeners())) {
                Files.createFile(directory.resolve("die"));

                assertThatThrownBy(() -> late.deliver(held.connections()))
                        .isInstanceOf(TakeoverException.class)
                        .hasMessageContaining("exited with status 3");
                assertThat(late.left()).containsExactlyInAnyOrderElementsOf(held.connections());
            }
        }
    }

    @Test
    void anOperatorsStopDuringADeliveryHoldsWhenItIsOver() throws Exception {
        try (Swap swap = server("threads")) {
            swap.connect(CLIENTS);
            answers(swap);
            swap.swap(() -> {}, () -> Processes.kill(swap.pid(), SIGSTOP));

            await().until(() -> ThreadStatus.of(swap.pid()).orElseThrow().state() == 'T');
            Processes.kill(swap.pid(), SIGCONT);
            answers(swap);
        }
    }

    @Test
    void aServerThatEndsDuringADeliveryIsGivenUp() throws Exception {
        try (Swap swap = server("dies")) {
            swap.connect(CLIENTS);
            answers(swap);
            Files.createFile(directory.resolve("die"));

            assertThatThrownBy(() -> swap.swap(() -> {}))
                    .isInstanceOf(TakeoverException.class)
                    .hasMessageContaining("exited with status 3");
            assertThat(ThreadStatus.of(swap.pid())).isEmpty();
        }
    }

    /** Its threads wait for each other, so that each next accept is long in coming. */
    @Test
    void aServerThatIsSlowToAcceptIsGivenEachConnectionOnce() throws Exception {
        Path program = directory.resolve("crowd.py");
        try (var resource = RestlessServersTest.class.getResourceAsStream("/takeover/crowd.py")) {
            Files.copy(resource, program);
        }
        int port = Ports.free();
        try (Swap swap = new Swap(directory, port, List.of("/usr/bin/python3", program.toString(), "" + port))) {
            boolean canTake = swap.canTakeByItself();
            swap.connect(CROWD);
            swap.swap(() -> {});
            for (Socket client : swap.clients()) {
                client.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(client.getInputStream().readNBytes(6)).asString().isEqualTo("hello\n");
            }
            assertThat(Descriptors.count(swap.pid(), "socket:"))
                    .as("each connection once, and the listener")
                    .isEqualTo(CROWD + 1);
            assertThat(swap.withoutStop()).as("all but the first and the last").isEqualTo(canTake ? CROWD - 2 : 0);
        }
    }

    private Swap server(String habit) throws IOException, InterruptedException {
        Path gcc = Path.of("/usr/bin/gcc");
        assumeTrue(Files.isExecutable(gcc), "gcc is not installed");
        Path source = directory.resolve("server.c");
        Path program = directory.resolve("server");
        try (var resource = RestlessServersTest.class.getResourceAsStream("/takeover/server.c")) {
            Files.copy(resource, source);
        }
        Process compiler = new ProcessBuilder(gcc + "", "-pthread", "-o", program + "", source + "")
                .inheritIO()
                .start();
        assertThat(compiler.waitFor()).as("exit status of gcc").isZero();
        int port = Ports.free();
        return new Swap(directory, port, List.of(program.toString(), "" + port, habit));
    }

    private static void answers(Swap swap) throws IOException {
        for (Socket client : swap.clients()) {
            Swap.get(client, "/");
        }
        for (Socket client : swap.clients()) {
            assertThat(Swap.answer(client)).endsWith("hello");
        }
    }
}
