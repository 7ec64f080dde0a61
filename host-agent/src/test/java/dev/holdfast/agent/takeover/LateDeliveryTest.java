package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.Ports;
import dev.holdfast.agent.linux.ProcFiles;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.process.ProcessTree;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections of a server that has ended come to one that runs, untraced, and whose own clients keep asking. */
@Timeout(90)
class LateDeliveryTest {
    private static final int REGULARS = 50;
    private static final int FIRST = 1;
    private static final int LATE = 21;
    private static final int SIGKILL = 9;
    private static final String PYTHON = "/usr/bin/python3";

    @TempDir
    Path directory;

    private static void http(Socket client) throws IOException {
        Swap.get(client, "/f");
        assertThat(Swap.answer(client)).contains(" 200 ").endsWith("hello");
    }

    private static void resp(Socket client) throws IOException {
        client.getOutputStream().write("*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(client.getInputStream().readNBytes(7)).asString().isEqualTo("+PONG\r\n");
    }

    private Swap start(int port, String... argv) {
        assumeTrue(Files.isExecutable(Path.of(argv[0])), argv[0] + " is not installed");
        return new Swap(directory, port, List.of(argv));
    }

    private Swap nginx(int workers) throws IOException {
        int port = Ports.free();
        Path configuration = directory.resolve("nginx.conf");
        Swap.write(configuration, """
            daemon off; worker_processes %d; pid %s/pid; error_log stderr;
            events { worker_connections 512; }
            http { access_log off; keepalive_timeout 1h; keepalive_requests 1000000;
              server { listen 127.0.0.1:%d; location / { return 200 "hello"; } } }
            """.formatted(workers, directory, port));
        return start(port, "/usr/sbin/nginx", "-p", directory.toString(), "-c", configuration.toString());
    }

    @Test
    void nginx() throws Exception {
        comesLate(nginx(1), LateDeliveryTest::http);
    }

    @Test
    void nginxWithFourWorkers() throws Exception {
        comesLate(nginx(4), LateDeliveryTest::http);
    }

    @Test
    void redis() throws Exception {
        int port = Ports.free();
        String[] argv = {"/usr/bin/redis-server", "--bind", "127.0.0.1", "--port", "" + port, "--save", ""};
        comesLate(start(port, argv), LateDeliveryTest::resp);
    }

    @Test
    void node() throws Exception {
        int port = Ports.free();
        Path script = directory.resolve("s.js");
        Swap.write(
                script,
                "require('http').createServer({keepAliveTimeout:0},(q,r)=>r.end('hello')).listen(" + port
                        + ",'127.0.0.1')");
        comesLate(start(port, "/usr/bin/node", script.toString()), LateDeliveryTest::http);
    }

    @Test
    void pythonThreads() throws Exception {
        int port = Ports.free();
        Swap.write(directory.resolve("f"), "hello");
        String[] argv = {PYTHON, "-m", "http.server", "--protocol", "HTTP/1.1", "-b", "127.0.0.1", "" + port};
        comesLate(start(port, argv), LateDeliveryTest::http);
    }

    @Test
    void pythonAsyncio() throws Exception {
        int port = Ports.free();
        Path script = directory.resolve("s.py");
        Swap.write(script, """
            import asyncio
            async def serve(reader, writer):
                try:
                    while True:
                        await reader.readuntil(b'\\r\\n\\r\\n')
                        writer.write(b'HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello')
                except asyncio.IncompleteReadError:
                    writer.close()
            async def main():
                async with await asyncio.start_server(serve, '127.0.0.1', %d) as server:
                    await server.serve_forever()
            asyncio.run(main())
            """.formatted(port));
        comesLate(start(port, PYTHON, script.toString()), LateDeliveryTest::http);
    }

    @Test
    void jwebserver() throws Exception {
        int port = Ports.free();
        Swap.write(directory.resolve("f"), "hello");
        String program = System.getProperty("java.home") + "/bin/jwebserver";
        String[] argv = {program, "-b", "127.0.0.1", "-p", "" + port, "-d", directory.toString()};
        comesLate(start(port, argv), LateDeliveryTest::http);
    }

    private static void comesLate(Swap swap, Regulars.Question question) throws Exception {
        try (swap) {
            swap.connect(LATE);
            askAll(swap.clients(), question);
            try (HeldSockets held = swap.replaceWithoutClients();
                    Regulars regulars = new Regulars(REGULARS, swap.port, question)) {
                List<HeldConnection> connections = new ArrayList<>(held.connections());
                assertThat(connections).hasSize(LATE);
                int before = Holder.count(ProcessTree.of(swap.pid()).pids());

                regulars.longestMillis();
                deliver(swap, held, connections.subList(0, FIRST));
                regulars.goOn();
                deliver(swap, held, connections.subList(FIRST, LATE));
                System.out.println("the server's own clients waited " + regulars.longestMillis() + " ms at the most");

                held.leaveConnections();
                assertThat(Holder.count(ProcessTree.of(swap.pid()).pids()))
                        .as("sockets of the server")
                        .isEqualTo(before + LATE);
                askAll(swap.clients(), question);
                askAll(swap.clients(), question);
                regulars.goOn();
            }
        }
    }

    private static void deliver(Swap swap, HeldSockets held, List<HeldConnection> connections) {
        try (LateDelivery late = LateDelivery.attach(swap.pid(), held.listeners())) {
            late.deliver(connections);
            assertThat(late.delivered()).containsExactlyInAnyOrderElementsOf(connections);
            assertThat(late.left()).isEmpty();
        }
        untraced(swap.pid());
    }

    private static void askAll(List<Socket> clients, Regulars.Question question) throws IOException {
        for (Socket client : clients) {
            question.ask(client);
        }
    }

    static void untraced(int root) {
        for (int pid : ProcessTree.of(root).pids()) {
            assertThat(ProcFiles.names("/proc/" + pid + "/task"))
                    .allMatch(tid -> ThreadStatus.of(Integer.parseInt(tid))
                            .filter(status -> status.tracer() != 0)
                            .isEmpty());
        }
    }

    @Test
    void aServerThatIsLeftAloneAgainGoesOn() throws Exception {
        try (Swap swap = nginx(4)) {
            swap.connect(LATE);
            askAll(swap.clients(), LateDeliveryTest::http);
            try (HeldSockets held = swap.replaceWithoutClients();
                    Regulars regulars = new Regulars(REGULARS, swap.port, LateDeliveryTest::http)) {
                LateDelivery.attach(swap.pid(), held.listeners()).close();

                regulars.goOn();
                deliver(swap, held, List.copyOf(held.connections()));
                askAll(swap.clients(), LateDeliveryTest::http);
            }
        }
    }

    @Test
    void whatAServerHadThatIsKilledMeanwhileIsStillOurs() throws Exception {
        try (Swap swap = nginx(1)) {
            swap.connect(LATE);
            askAll(swap.clients(), LateDeliveryTest::http);
            try (HeldSockets held = swap.replaceWithoutClients();
                    LateDelivery late = LateDelivery.attach(swap.pid(), held.listeners())) {
                List<Integer> all = ProcessTree.of(swap.pid()).pids();

                assertThatThrownBy(() -> late.deliver(
                                held.connections(), () -> all.forEach(pid -> Processes.kill(pid, SIGKILL))))
                        .isInstanceOf(TakeoverException.class)
                        .hasMessageContaining("lost a process");
                assertThat(late.left()).containsExactlyInAnyOrderElementsOf(held.connections());

                held.leaveConnections();
            }
        }
    }

    @Test
    void whatAWorkerHadThatIsKilledMeanwhileIsGivenToAnother() throws Exception {
        try (Swap swap = nginx(4)) {
            swap.connect(LATE);
            askAll(swap.clients(), LateDeliveryTest::http);
            try (HeldSockets held = swap.replaceWithoutClients()) {
                List<HeldConnection> left;
                try (LateDelivery late = LateDelivery.attach(swap.pid(), held.listeners())) {
                    assertThatThrownBy(() -> late.deliver(held.connections(), () -> killBusiest(swap.pid(), held)))
                            .isInstanceOf(TakeoverException.class)
                            .hasMessageContaining("lost a process");
                    left = late.left();
                    assertThat(left).isNotEmpty();
                    assertThat(left.size() + late.delivered().size()).isEqualTo(LATE);
                }
                untraced(swap.pid());

                deliver(swap, held, left);
                askAll(swap.clients(), LateDeliveryTest::http);
            }
        }
    }

    @Test
    void aServerThatAcceptsNobodyGoesOnWithoutThem() throws Exception {
        int port = Ports.free();
        Path script = directory.resolve("s.py");
        Swap.write(script, """
            import os, select, socket, threading, time
            def serve(connection):
                with connection:
                    while connection.recv(1000):
                        connection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello')
            listener = socket.create_server(('127.0.0.1', %d), backlog=100)
            while True:
                while os.path.exists('shut'):
                    time.sleep(0.01)
                if select.select([listener], [], [], 0.01)[0] and not os.path.exists('shut'):
                    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
            """.formatted(port));
        try (Swap swap = start(port, PYTHON, script.toString())) {
            swap.connect(LATE);
            askAll(swap.clients(), LateDeliveryTest::http);
            try (HeldSockets held = swap.replaceWithoutClients();
                    Regulars regulars = new Regulars(5, swap.port, LateDeliveryTest::http)) {
                int before = Holder.count(ProcessTree.of(swap.pid()).pids());
                Files.createFile(directory.resolve("shut"));
                try (LateDelivery late = LateDelivery.attach(swap.pid(), held.listeners())) {
                    assertThatThrownBy(() -> late.deliver(held.connections()))
                            .isInstanceOf(TakeoverException.class)
                            .hasMessageContaining("accepted no more");
                    assertThat(late.left()).containsExactlyInAnyOrderElementsOf(held.connections());
                }
                untraced(swap.pid());
                assertThat(Holder.count(ProcessTree.of(swap.pid()).pids())).isEqualTo(before);
                regulars.goOn();
                Files.delete(directory.resolve("shut"));

                try (LateDelivery late = LateDelivery.attach(swap.pid(), held.listeners())) {
                    late.deliver(held.connections());
                    // And perhaps what is left of the bells, clients that came and went.
                    assertThat(late.delivered()).containsAll(held.connections());
                }
                askAll(swap.clients(), LateDeliveryTest::http);
            }
        }
    }

    @Test
    void aServerWithoutTheListenersIsLeftAlone() throws Exception {
        try (Swap swap = nginx(1);
                HeldSockets none = new HeldSockets()) {
            assertThatThrownBy(() -> LateDelivery.attach(swap.pid(), none.listeners()))
                    .isInstanceOf(TakeoverException.class)
                    .hasMessageContaining("none of the held listeners");
            untraced(swap.pid());
        }
    }

    @Test
    void aServerThatIsWatchedIsLeftAlone() throws Exception {
        try (Swap swap = nginx(1)) {
            swap.connect(1);
            askAll(swap.clients(), LateDeliveryTest::http);
            try (HeldSockets held = swap.replaceWithoutClients()) {
                List<Integer> pids = ProcessTree.of(swap.pid()).pids();
                DeathWatch watch = DeathWatch.of(swap.pid(), () -> pids);
                assertThatThrownBy(() -> LateDelivery.attach(swap.pid(), held.listeners()))
                        .isInstanceOf(TakeoverException.class)
                        .hasMessageContaining("is traced by");
                watch.close();

                deliver(swap, held, List.copyOf(held.connections()));
                askAll(swap.clients(), LateDeliveryTest::http);
            }
        }
    }

    private static void killBusiest(int root, HeldSockets held) {
        int busiest = ProcessTree.of(root).pids().stream()
                .max(Comparator.comparingLong(pid -> SocketTable.of(pid).entries().stream()
                        .filter(entry -> held.connection(entry.inode()).isPresent())
                        .count()))
                .orElseThrow();
        Processes.kill(busiest, SIGKILL);
    }
}
