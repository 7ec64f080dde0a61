package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.Ports;
import dev.holdfast.agent.linux.PacketSocket;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.process.Dying;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.common.manifest.PortSpec;
import dev.holdfast.common.manifest.Takeover;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What sleeps may be looked at when the server has been killed, where the wire has seen all. */
@Timeout(60)
class StandstillTest {
    private static final int CLIENTS = 8;

    private static final int SIGUSR1 = 10;
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    /** Where there is a file "orphan" it has a process without a parent, where there is one "bound" its connections are of one interface. Answers lines, in another tick of the kernel's clock, so that the order is seen; at SIGUSR1 it closes the connection that it has accepted first. */
    private static final String SERVER = """
            import os, selectors, signal, socket, sys, time
            if os.path.exists('orphan') and os.fork() == 0:
                if os.fork() == 0:
                    time.sleep(600)
                os._exit(0)
            listener = socket.create_server(('127.0.0.1', int(sys.argv[1])), backlog=100)
            if os.path.exists('bound'):
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'lo')
            listener.setblocking(False)
            selector = selectors.DefaultSelector()
            connections = []
            def accept():
                connection = listener.accept()[0]
                connection.setblocking(False)
                connections.append(connection)
                selector.register(connection, selectors.EVENT_READ, lambda: answer(connection))
            def answer(connection):
                if connection.recv(1000):
                    time.sleep(0.02)
                    connection.sendall(b'answer\\n')
                else:
                    selector.unregister(connection)
                    connections.remove(connection)
                    connection.close()
            def drop(*_):
                selector.unregister(connections[0])
                connections[0].close()
            signal.signal(signal.SIGUSR1, drop)
            selector.register(listener, selectors.EVENT_READ, accept)
            while True:
                for key, _ in selector.select():
                    key.data()
            """;

    @TempDir
    Path directory;

    private final HeldSockets held = new HeldSockets();
    private Swap swap;
    private Quiesce quiesce;
    private boolean closed;

    /** All held and paused, each having had an answer long ago. */
    @BeforeEach
    void pause(TestInfo test) throws IOException {
        assumeTrue(Files.isExecutable(PYTHON), "python3 is not installed");
        int port = Ports.free();
        assumeTap(port);
        Swap.write(directory.resolve("s.py"), SERVER);
        for (String tag : test.getTags()) {
            Swap.write(directory.resolve(tag), "");
        }
        swap = new Swap(
                directory,
                port,
                List.of(PYTHON.toString(), directory.resolve("s.py").toString(), "" + port));
        swap.connect(CLIENTS);
        for (Socket client : swap.clients()) {
            ask(client);
            hear(client);
        }
        Holder holder = new Holder(held, List.of(new PortSpec(null, port)));
        holder.refresh(ProcessTree.of(swap.pid()).pids());
        await().atMost(SOON)
                .until(() -> held.connections().stream()
                        .allMatch(each -> held.debt(each).isLongStill()));
        quiesce = new Quiesce(held, holder, swap.pid(), line());
        quiesce.leaveSleepers();
        quiesce.observe();
        quiesce.pause();
    }

    static void assumeTap(int port) {
        try (Sockets sockets = new Sockets()) {
            var tap = PacketSocket.open(sockets, List.of(port));
            assumeTrue(tap.isPresent(), "a packet socket needs CAP_NET_RAW");
            tap.get().close();
        }
    }

    static Takeover line() {
        return new Takeover(
                Takeover.Protocol.LINE,
                Takeover.DEFAULT.quiet(),
                Takeover.DEFAULT.deadline(),
                Takeover.DEFAULT.onDeadline(),
                Takeover.DEFAULT.linger(),
                Takeover.DEFAULT.start(),
                Takeover.DEFAULT.prove());
    }

    @AfterEach
    void end() throws IOException {
        if (quiesce != null && !closed) {
            quiesce.close();
        }
        held.close();
        if (swap != null) {
            swap.close();
        }
    }

    private static void ask(Socket client) throws IOException {
        client.getOutputStream().write("ask\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static void hear(Socket client) throws IOException {
        assertThat(new String(client.getInputStream().readNBytes(7), StandardCharsets.US_ASCII))
                .isEqualTo("answer\n");
    }

    private HeldConnection of(Socket client) {
        return held.connections().stream()
                .filter(each -> each.peer().equals(client.getLocalSocketAddress()))
                .findFirst()
                .orElseThrow();
    }

    private void becomesQuiet() {
        assertThat(quiesce.await()).isInstanceOf(Quiesce.Result.Quiet.class);
    }

    private Rest killed() {
        try (Dying dying = new ProcessTree(swap.pid(), quiesce.frozen()).kill()) {
            Rest rest = quiesce.rest();
            dying.await(new Exits(), SOON);
            return rest;
        }
    }

    @Test
    void whatItHadClosedAndWhoAskedSinceIsFoundWhenItIsDead() throws IOException {
        Socket dropped = swap.clients().getFirst();
        Socket asking = swap.clients().getLast();
        HeldConnection closed = of(dropped);
        HeldConnection asked = of(asking);
        int before = swap.mostSocketsOfOneProcess();
        Processes.kill(swap.pid(), SIGUSR1);
        await().atMost(SOON).until(() -> swap.mostSocketsOfOneProcess() < before);
        becomesQuiet();
        assertThat(quiesce.hasRest()).isTrue();
        assertThat(quiesce.awake()).as("nothing has passed").isEmpty();
        ask(asking);

        Rest rest = killed();

        assertThat(rest.woken()).containsExactly(asked);
        assertThat(rest.asleep()).hasSize(CLIENTS - 2).doesNotContain(closed, asked);
        assertThat(held.closedByServer()).containsExactly(closed);
        assertThat(dropped.getInputStream().read()).as("its end").isNegative();
    }

    @Test
    void whoAskedBeforeItStoodIsLookedAtThen() throws IOException {
        Socket asking = swap.clients().getLast();
        HeldConnection asked = of(asking);
        ask(asking);
        await().atMost(SOON).until(() -> held.debt(asked).unread() > 0);

        becomesQuiet();

        assertThat(quiesce.hasRest()).isTrue();
        assertThat(quiesce.awake()).containsExactly(asked);
        assertThat(asked.waiting()).isPositive();
        Rest rest = killed();
        assertThat(rest.woken()).isEmpty();
        assertThat(rest.asleep()).hasSize(CLIENTS - 1).doesNotContain(asked);
    }

    @Test
    void whoHasComeIsFoundAmongTheOtherDescriptors() throws IOException {
        Collection<HeldConnection> before = List.copyOf(held.connections());
        swap.connect(1);
        await().atMost(SOON).until(() -> swap.mostSocketsOfOneProcess() > CLIENTS + 1);

        becomesQuiet();

        HeldConnection newcomer = of(swap.clients().getLast());
        assertThat(held.connections()).hasSize(CLIENTS + 1).containsAll(before);
        assertThat(quiesce.hasRest()).isTrue();
        assertThat(quiesce.awake()).containsExactly(newcomer);
        Rest rest = killed();
        assertThat(rest.woken()).isEmpty();
        assertThat(rest.asleep()).containsExactlyInAnyOrderElementsOf(before);
    }

    @Test
    @Tag("bound")
    void allIsLookedAtWhereTheKernelDoesNotKnowWhoHasCome() throws IOException {
        swap.connect(1);
        await().atMost(SOON).until(() -> swap.mostSocketsOfOneProcess() > CLIENTS + 1);

        becomesQuiet();

        assertThat(quiesce.hasRest()).isFalse();
        assertThat(held.connections())
                .hasSize(CLIENTS + 1)
                .contains(of(swap.clients().getLast()));
    }

    @Test
    void allIsLookedAtWhereWhoHasComeMayHaveTheNumberOfAnother() throws IOException {
        HeldConnection closed = of(swap.clients().getFirst());
        int before = swap.mostSocketsOfOneProcess();
        Processes.kill(swap.pid(), SIGUSR1);
        await().atMost(SOON).until(() -> swap.mostSocketsOfOneProcess() < before);
        swap.connect(1);
        await().atMost(SOON).until(() -> swap.mostSocketsOfOneProcess() == before);

        becomesQuiet();

        assertThat(quiesce.hasRest()).isFalse();
        assertThat(held.closedByServer()).containsExactly(closed);
        assertThat(held.connections())
                .hasSize(CLIENTS)
                .contains(of(swap.clients().getLast()));
    }

    @Test
    void allIsLookedAtWhereTheServerCannotBeKeptFromEnding() throws InterruptedException {
        CountDownLatch seized = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        Thread debugger = Thread.ofPlatform().start(() -> {
            Ptrace.seizeForExit(swap.pid());
            seized.countDown();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        seized.await();
        try {
            becomesQuiet();

            assertThat(quiesce.hasRest()).isFalse();
        } finally {
            over.countDown();
            debugger.join();
        }
    }

    @Test
    @Tag("orphan")
    void allIsLookedAtWhereItHasMoreProcessesThanItsFamily() {
        becomesQuiet();

        assertThat(quiesce.hasRest()).isFalse();
        assertThat(quiesce.frozen()).hasSize(2);
        try (Dying dying = new ProcessTree(swap.pid(), quiesce.frozen()).kill()) {
            // Nothing keeps it any more.
            dying.await(new Exits(), SOON);
        }
    }

    @Test
    void whoAsksOrLeavesWhileNoServerIsThereIsSeenBeforeTheDelivery() throws IOException {
        Socket asking = swap.clients().getFirst();
        Socket leaving = swap.clients().getLast();
        HeldConnection asked = of(asking);
        HeldConnection left = of(leaving);
        becomesQuiet();
        assertThat(held.connections()).noneMatch(HeldConnection::closedByClient).noneMatch(each -> each.waiting() > 0);
        ask(asking);
        leaving.close();
        await().atMost(SOON).until(() -> held.debt(left).finished());
        left.seen(held.sockets().tcpInfo(asked.fd()), 0);
        assertThat(left.closedByClient()).as("not known yet").isFalse();

        quiesce.lookAtEnds();

        assertThat(held.connections())
                .filteredOn(HeldConnection::closedByClient)
                .containsExactly(left);
        assertThat(held.connections()).filteredOn(each -> each.waiting() > 0).containsExactly(asked);
    }

    @Test
    void itGoesOnWhereItIsNotKilledAfterAll() throws IOException {
        becomesQuiet();
        assertThat(quiesce.hasRest()).isTrue();
        ProcessIdentity server = quiesce.frozen().getFirst();

        quiesce.close();
        closed = true;
        held.releaseAll();
        ProcessTree.of(server).thaw();

        for (Socket client : swap.clients()) {
            ask(client);
            hear(client);
        }
        assertThat(server.alive()).isTrue();
    }
}
