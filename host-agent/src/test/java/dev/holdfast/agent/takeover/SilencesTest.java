package dev.holdfast.agent.takeover;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.Ports;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.common.manifest.PortSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections whose clients ask again before a silence counts as quiet. */
@Timeout(60)
class SilencesTest {
    private static final int CLIENTS = 8;
    private static final Duration SOON = Duration.ofSeconds(20);
    /** That a busy machine looks seldom is no failure. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** Much shorter than what counts as quiet. */
    private static final Duration OFTEN = Duration.ofMillis(5);

    private static final Path PYTHON = Path.of("/usr/bin/python3");
    /** Answers each line, but for "hang". */
    private static final String SERVER = """
            import selectors, socket, sys
            listener = socket.create_server(('127.0.0.1', int(sys.argv[1])), backlog=100)
            listener.setblocking(False)
            selector = selectors.DefaultSelector()
            begun = {}
            def accept():
                connection = listener.accept()[0]
                connection.setblocking(False)
                begun[connection] = b''
                selector.register(connection, selectors.EVENT_READ, lambda: answer(connection))
            def answer(connection):
                bytes = connection.recv(1000)
                if not bytes:
                    selector.unregister(connection)
                    connection.close()
                *lines, begun[connection] = (begun[connection] + bytes).split(b'\\n')
                for line in lines:
                    if line != b'hang':
                        connection.sendall(b'answer\\n')
            selector.register(listener, selectors.EVENT_READ, accept)
            while True:
                for key, _ in selector.select():
                    key.data()
            """;

    @TempDir
    Path directory;

    private final HeldSockets held = new HeldSockets();
    private final Judge judge = new Judge(held, StandstillTest.line());
    private Swap swap;
    private Holder holder;
    private int port;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Files.isExecutable(PYTHON), "python3 is not installed");
        port = Ports.free();
        StandstillTest.assumeTap(port);
        Swap.write(directory.resolve("s.py"), SERVER);
        swap = new Swap(
                directory,
                port,
                List.of(PYTHON.toString(), directory.resolve("s.py").toString(), "" + port));
        holder = new Holder(held, List.of(new PortSpec(null, port)));
    }

    @AfterEach
    void end() throws IOException {
        judge.close();
        held.close();
        if (swap != null) {
            swap.close();
        }
    }

    private static void write(Socket client, String text) {
        try {
            client.getOutputStream().write(text.getBytes(US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void ask(Socket client) throws IOException {
        write(client, "ask\n");
        assertThat(new String(client.getInputStream().readNBytes(7), US_ASCII)).isEqualTo("answer\n");
    }

    private void begin() {
        holder.refresh(ProcessTree.of(swap.pid()).pids());
        judge.begin(held.connections());
    }

    private boolean lackSilence() {
        held.connections().forEach(connection -> judge.look(connection, false));
        judge.catchUp();
        return held.connections().stream().allMatch(judge::lacksSilence);
    }

    @Test
    void theirSilencesAreMadeLongEnoughWhileTheServerServes() throws Exception {
        try (Regulars regulars = new Regulars(CLIENTS, port, SilencesTest::ask)) {
            begin();
            assertThat(held.connections()).hasSize(CLIENTS);
            await().atMost(SOON).until(this::lackSilence);
            regulars.goOn();
            assertThat(held.connections()).as("none is silent by itself").allMatch(judge::lacksSilence);

            Silences.await(held, judge, PATIENCE);

            assertThat(held.connections()).noneMatch(judge::lacksSilence).noneMatch(HeldConnection::isPaused);
            regulars.goOn();
        }
    }

    private Socket one() throws IOException {
        swap.connect(1);
        Socket client = swap.clients().getFirst();
        ask(client);
        begin();
        await().atMost(SOON).until(() -> {
            ask(client);
            return lackSilence();
        });
        return client;
    }

    @Test
    void whatComesAndIsNotReadDoesNotEndThem() throws Exception {
        Socket client = one();
        HeldConnection connection = held.connections().iterator().next();
        held.pause(connection);
        AtomicBoolean over = new AtomicBoolean();
        Thread slow = Thread.ofVirtual().start(() -> {
            while (!over.get()) {
                write(client, "a");
                LockSupport.parkNanos(OFTEN.toNanos());
            }
        });
        await().atMost(SOON).until(() -> held.debt(connection).unread() > 0);

        Silences.await(held, judge, PATIENCE);

        assertThat(judge.lacksSilence(connection)).isFalse();
        over.set(true);
        slow.join();
        ask(client);
    }

    @Test
    void oneThatIsOwedAnAnswerIsNotCertain() throws IOException {
        Socket client = one();
        write(client, "hang\n");
        HeldConnection connection = held.connections().iterator().next();
        await().atMost(SOON).until(() -> judge.look(connection, false).owes());

        Silences.await(held, judge, StandstillTest.line().quiet());

        assertThat(judge.lacksSilence(connection)).isTrue();
        assertThat(connection.isPaused()).isFalse();
        ask(client);
    }
}
