package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.Ports;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.common.manifest.ManifestParser;
import dev.holdfast.common.manifest.PortSpec;
import dev.holdfast.common.manifest.Takeover;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers, and states of their connections, that are hard to take over. */
@Timeout(60)
class HardServersTest {
    private static final int TRIES = 5;
    private static final int SIGKILL = 9;
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    @TempDir
    Path directory;

    private Swap nginx(String events, String listen) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/nginx")), "nginx is not installed");
        int port = Ports.free();
        Swap.write(directory.resolve("nginx.conf"), """
            daemon off; worker_processes 4; pid %s/pid; error_log stderr;
            events { %s }
            http { access_log off; keepalive_timeout 1h;
              server { listen 127.0.0.1:%d %s; location / { return 200 "hello"; } } }
            """.formatted(directory, events, port, listen));
        Path configuration = directory.resolve("nginx.conf");
        return new Swap(
                directory,
                port,
                List.of("/usr/sbin/nginx", "-p", directory.toString(), "-c", configuration.toString()));
    }

    /** Answers with how much it was sent. */
    private Swap python(String server) throws IOException {
        assumeTrue(Files.isExecutable(PYTHON), "python3 is not installed");
        int port = Ports.free();
        Swap.write(directory.resolve("s.py"), """
            import http.server, socketserver
            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'
                def log_message(self, *a): pass
                def answer(self, text):
                    self.send_response(200)
                    self.send_header('Content-Length', str(len(text)))
                    self.end_headers()
                    self.wfile.write(text.encode())
                def do_GET(self): self.answer('hello')
                def do_POST(self):
                    left = int(self.headers['Content-Length'])
                    got = 0
                    while got < left: got += len(self.rfile.read1(min(65536, left - got)))
                    self.answer(f'got {got}')
            class Server(socketserver.%s, http.server.HTTPServer):
                daemon_threads = True
                request_queue_size = 128
            Server(('127.0.0.1', %d), Handler).serve_forever()
            """.formatted(server, port));
        return new Swap(
                directory,
                port,
                List.of(PYTHON.toString(), directory.resolve("s.py").toString()));
    }

    private static void answered(Swap swap) throws Exception {
        for (Socket client : swap.clients()) {
            Swap.get(client, "/f");
            assertThat(Swap.answer(client)).contains("200").endsWith("hello");
        }
    }

    private static void survives(Swap swap, int clients) throws Exception {
        try (swap) {
            swap.connect(clients);
            answered(swap);
            for (int round = 0; round < 3; round++) {
                swap.swap(() -> {});
                answered(swap);
            }
        }
    }

    @Test
    void everyWorkerGetsItsShare() throws Exception {
        try (Swap swap = nginx("worker_connections 512;", "backlog=4096")) {
            swap.connect(400);
            answered(swap);
            int before = swap.mostSocketsOfOneProcess();
            swap.swap(() -> {});
            assertThat(swap.mostSocketsOfOneProcess())
                    .as("no worker has more than the busiest had before")
                    .isLessThan(before + 10);
            answered(swap);
        }
    }

    @Test
    void workersWithListenersOfTheirOwn() throws Exception {
        survives(nginx("worker_connections 512;", "backlog=4096 reuseport"), 300);
    }

    /** What it has accepted is not closed by the server: it is in our hands alone. */
    @Test
    void aWorkerThatIsKilledWhileItIsGivenConnections() throws Exception {
        Optional<TakeoverException> failure = Optional.empty();
        for (int i = 0; i < TRIES && failure.isEmpty(); i++) {
            // More than are put into a process at once.
            try (Swap swap = nginx("worker_connections 4096;", "backlog=4096")) {
                swap.connect(4_000);
                answered(swap);

                failure = swap.swapAndKill(List::getLast);
            }
        }
        assertThat(failure.orElseThrow())
                // The latter when the killer is slow.
                .hasMessageMatching(".*(ended while it was given its connections|was killed before it was let go).*");
    }

    /** They could go on with what they have, but nobody would know of them, and nobody start new ones. */
    @Test
    void workersWithoutTheirMasterGetNothingBack() throws Exception {
        try (Swap swap = nginx("worker_connections 512;", "backlog=4096");
                HeldSockets held = new HeldSockets()) {
            swap.connect(5);
            answered(swap);
            Holder holder = new Holder(held, List.of(new PortSpec(null, swap.port)));
            holder.refresh(ProcessTree.of(swap.pid()).pids());
            swap.clients().getFirst().getOutputStream().write("GET / HT".getBytes(StandardCharsets.US_ASCII));
            Takeover impatient = ManifestParser.parse("exec: [a]\nports: [1]\ntakeover: {deadline: 500ms}")
                    .takeover();
            try (Quiesce quiesce = new Quiesce(held, holder, swap.pid(), impatient)) {
                quiesce.observe();
                quiesce.pause();
                Processes.kill(swap.pid(), SIGKILL);
                swap.clients().getFirst().getOutputStream().write("TP".getBytes(StandardCharsets.US_ASCII));

                assertThat(quiesce.await()).isInstanceOf(Quiesce.Result.Gone.class);
            }
        }
    }

    @Test
    void deferredAccept() throws Exception {
        survives(nginx("worker_connections 512;", "backlog=4096 deferred"), 100);
    }

    @Test
    void aProcessForEachConnection() throws Exception {
        survives(python("ForkingMixIn"), 30);
    }

    @Test
    void aWrapperScript() throws Exception {
        assumeTrue(Files.isExecutable(PYTHON), "python3 is not installed");
        Swap.write(directory.resolve("f"), "hello");
        int port = Ports.free();
        String command = PYTHON + " -m http.server --protocol HTTP/1.1 -b 127.0.0.1 " + port + "; true";
        survives(new Swap(directory, port, List.of("/bin/sh", "-c", command)), 20);
    }

    /** The new server would take the rest of it for a request of its own. */
    @Test
    void aRequestOfWhichTheServerHasReadTheBeginning() throws Exception {
        for (String server : List.of("ThreadingMixIn", "ForkingMixIn")) {
            try (Swap swap = python(server)) {
                swap.connect(5);
                answered(swap);
                Socket client = swap.clients().getFirst();
                head(client, 1_000);
                swap.swap(() -> client.getOutputStream().write(new byte[1_000]));
                assertThat(Swap.answer(client)).endsWith("got 1000");
                answered(swap);
            }
        }
    }

    @RepeatedTest(5)
    void anUploadThatGoesOn() throws Exception {
        try (Swap swap = python("ThreadingMixIn")) {
            swap.connect(5);
            answered(swap);
            Socket client = swap.clients().getFirst();
            int chunks = 200;
            head(client, chunks * 16_384);
            Thread upload = Thread.ofVirtual().start(() -> upload(client, chunks));
            swap.swap(() -> {});
            upload.join();
            assertThat(Swap.answer(client)).endsWith("got " + chunks * 16_384);
            answered(swap);
        }
    }

    private static void head(Socket client, int length) throws IOException {
        String head = "POST /f HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n";
        client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }

    /** Slowly enough to be in progress whenever the server is paused. */
    private static void upload(Socket client, int chunks) {
        try {
            OutputStream out = client.getOutputStream();
            for (int i = 0; i < chunks; i++) {
                out.write(new byte[16_384]);
                Thread.sleep(3);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
