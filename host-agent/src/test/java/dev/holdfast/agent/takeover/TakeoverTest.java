package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.Ports;
import dev.holdfast.agent.linux.FdPassing;
import dev.holdfast.agent.linux.Processes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TakeoverTest {
    private static final int SIGKILL = 9;
    private static final int SWAPS = 20;
    private static final int COMERS_AT_MOST = 400;

    /** Slow enough for a delivery to take long, and needs no request to show that it has somebody. */
    private static final String GREETER = """
            import socket, sys, time
            listener = socket.create_server(('127.0.0.1', int(sys.argv[1])), backlog=500)
            everybody = []
            while True:
                connection, _ = listener.accept()
                everybody.append(connection)
                time.sleep(0.005)
                try:
                    connection.sendall(b'x')
                except OSError:
                    pass
            """;

    @TempDir
    Path directory;

    @Test
    void pythonThreads() throws Exception {
        Swap.write(directory.resolve("f"), "hello");
        int port = Ports.free();
        run(
                new Swap(
                        directory,
                        port,
                        List.of(
                                "/usr/bin/python3",
                                "-m",
                                "http.server",
                                "--protocol",
                                "HTTP/1.1",
                                "-b",
                                "127.0.0.1",
                                "" + port)),
                100);
    }

    @Test
    void nginx() throws Exception {
        nginx(1, 1000);
    }

    @Test
    void nginxWorkers() throws Exception {
        nginx(4, 1000);
    }

    @Test
    void nginx8000() throws Exception {
        nginx(1, 8000);
    }

    @Test
    void aServerThatIsKilledAtTheLastMomentHasNotTakenOver() throws Exception {
        try (Swap swap = nginx(4)) {
            swap.connect(20);
            for (Socket client : swap.clients()) {
                Swap.get(client, "/f");
                assertThat(Swap.answer(client)).endsWith("hello");
            }

            assertThatThrownBy(() -> swap.swap(() -> {}, () -> {}, () -> Processes.kill(swap.pid(), SIGKILL)))
                    .isInstanceOf(TakeoverException.class)
                    .hasMessageContaining("was killed before it was let go");
        }
    }

    /** It goes on taking what it was given until it is stopped, whoever looks. */
    @Test
    void whatAServerHadTakenWhenItsDeliveryFailedIsKnown() throws Exception {
        Swap.write(directory.resolve("s.py"), GREETER);
        int port = Ports.free();
        try (Swap swap = new Swap(
                directory,
                port,
                List.of("/usr/bin/python3", directory.resolve("s.py").toString(), "" + port))) {
            assumeTrue(swap.canTakeByItself(), "this C library's accept is not known");
            swap.connect(150);
            for (Socket client : swap.clients()) {
                assertThat(client.getInputStream().read()).isEqualTo('x');
            }

            assertThatThrownBy(() -> swap.swapMeanwhile(() -> {
                        int before = swap.answered().size();
                        await().until(() -> swap.answered().size() > before + 10);
                        throw new TakeoverException("broken off");
                    }))
                    .hasMessage("broken off");

            assertThat(swap.deliveredInVain()).containsAll(swap.answered());
        }
    }

    private void nginx(int workers, int count) throws Exception {
        Swap swap = nginx(workers);
        run(swap, count);
        if (workers == 1 && swap.withoutStop() > 0) {
            assertThat(swap.withoutStop())
                    .as("but for the last of each portion: the master, which does not accept, makes them no smaller")
                    .isGreaterThan(count - count / FdPassing.MAX_FDS - 12);
        }
    }

    /** Also whom the new server has just accepted when it is about to be given its connections. */
    @Test
    void whoComesMeanwhileIsServed() throws Exception {
        try (Swap swap = nginx(1);
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            swap.connect(20);
            for (int i = 0; i < SWAPS; i++) {
                AtomicBoolean over = new AtomicBoolean();
                Future<List<Socket>> comers = thread.submit(() -> come(swap.port, over));
                try {
                    swap.swap(() -> {});
                } finally {
                    over.set(true);
                }
                for (Socket comer : comers.get()) {
                    assertThat(Swap.answer(comer)).endsWith("hello");
                    comer.close();
                }
            }
        }
    }

    /** They ask, and do not wait for the answer. */
    private static List<Socket> come(int port, AtomicBoolean over) throws IOException {
        List<Socket> all = new ArrayList<>();
        while (!over.get() && all.size() < COMERS_AT_MOST) {
            Socket comer = new Socket(InetAddress.getLoopbackAddress(), port);
            comer.setSoTimeout(15_000);
            Swap.get(comer, "/f");
            all.add(comer);
            LockSupport.parkNanos(100_000);
        }
        return all;
    }

    private Swap nginx(int workers) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/nginx")), "nginx is not installed");
        int port = Ports.free();
        Swap.write(directory.resolve("nginx.conf"), """
            daemon off; worker_processes %d; pid %s/pid; error_log stderr;
            events { worker_connections 16384; }
            http { access_log off; keepalive_timeout 1h; keepalive_requests 1000000;
              server { listen 127.0.0.1:%d backlog=4096; location / { return 200 "hello"; } } }
            """.formatted(workers, directory, port));
        return new Swap(
                directory,
                port,
                List.of(
                        "/usr/sbin/nginx",
                        "-p",
                        directory.toString(),
                        "-c",
                        directory.resolve("nginx.conf").toString()));
    }

    @Test
    void jwebserver() throws Exception {
        Swap.write(directory.resolve("f"), "hello");
        int port = Ports.free();
        run(
                new Swap(
                        directory,
                        port,
                        List.of(
                                System.getProperty("java.home") + "/bin/jwebserver",
                                "-b",
                                "127.0.0.1",
                                "-p",
                                "" + port,
                                "-d",
                                directory.toString())),
                100);
    }

    @Test
    void node() throws Exception {
        Path node = Path.of("/usr/bin/node");
        assumeTrue(Files.isExecutable(node), "node is not installed");
        int port = Ports.free();
        Swap.write(
                directory.resolve("s.js"),
                "require('http').createServer({keepAliveTimeout:0},(q,r)=>r.end('hello')).listen(" + port
                        + ",'127.0.0.1')");
        run(
                new Swap(
                        directory,
                        port,
                        List.of(node.toString(), directory.resolve("s.js").toString())),
                500);
    }

    private static void run(Swap swap, int count) throws Exception {
        try (swap) {
            boolean canTake = swap.canTakeByItself();
            swap.connect(count);
            for (Socket client : swap.clients()) {
                Swap.get(client, "/f");
                assertThat(Swap.answer(client)).contains("200").endsWith("hello");
            }
            for (int round = 0; round < 2; round++) {
                swap.swap(() -> {
                    for (int i = 0; i < count; i += 3) {
                        Swap.get(swap.clients().get(i), "/f");
                    }
                });
                if (canTake) {
                    assertThat(swap.withoutStop()).isGreaterThan(count / 2);
                }
                for (int i = 0; i < count; i++) {
                    Socket client = swap.clients().get(i);
                    if (i % 3 != 0) {
                        Swap.get(client, "/f");
                    }
                    assertThat(Swap.answer(client)).contains("200").endsWith("hello");
                }
            }
        }
    }
}
