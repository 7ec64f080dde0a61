package dev.holdfast.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.holdfast.agent.Ports;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.process.ReadyResult.NotReady;
import dev.holdfast.agent.process.ReadyResult.Ready;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadyCheckTest {
    private static final Supplier<Optional<String>> RUNNING = Optional::empty;

    @TempDir
    Path dir;

    private ReadyResult check(String ready, Supplier<Optional<String>> ended, ProbeListener listener)
            throws InterruptedException {
        ImageRef image = Images.plain("exec: [\"/bin/true\"]\nports: [8080]\nready: {" + ready + "}\n");
        return ReadyCheck.await(image.manifest(), Scripts.sh(dir, ""), ended, listener);
    }

    private static String reason(ReadyResult result) {
        return switch (result) {
            case NotReady(String reason) -> reason;
            case Ready() -> "ready";
        };
    }

    @Test
    void httpWaitsForAGoodStatus() throws IOException, InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        List<InetSocketAddress> announced = new ArrayList<>();
        List<InetSocketAddress> seen = new ArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/healthz", exchange -> {
            seen.add(exchange.getRemoteAddress());
            exchange.sendResponseHeaders(asked.incrementAndGet() < 3 ? 503 : 204, -1);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/healthz?deep=1";
            ReadyResult result = check("http: \"" + url + "\"", RUNNING, new ProbeListener() {
                @Override
                public void connecting(InetSocketAddress local, InetSocketAddress remote) {
                    announced.add(local);
                }
            });

            assertThat(result).isEqualTo(new Ready());
            assertThat(asked).hasValue(3);
            assertThat(announced).as("told before connecting").isEqualTo(seen);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void httpSaysWhatWasWrong() throws IOException, InterruptedException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/healthz";
            assertThat(reason(check("http: \"" + url + "\", within: 2s", RUNNING, ProbeListener.NONE)))
                    .isEqualTo("it was not ready within 2000 ms: " + url + " answered with status 404");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aServerThatEndsIsNotWaitedForEvenWhileAProbeHangs() throws IOException, InterruptedException {
        Files.writeString(dir.resolve("stderr.log"), "");
        try (ServerSocket silent = new ServerSocket(0)) {
            long began = System.nanoTime();
            Supplier<Optional<String>> ended = () ->
                    System.nanoTime() - began < 200_000_000 ? Optional.empty() : Optional.of("exited with status 1");
            String url = "http://127.0.0.1:" + silent.getLocalPort() + "/";

            assertThat(reason(check("http: \"" + url + "\", within: 60s", ended, ProbeListener.NONE)))
                    .isEqualTo("its process exited with status 1 before it was ready");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void tcpNeedsTheServerToAccept() throws IOException, InterruptedException {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.ofLiteral("::1"))) {
            AtomicInteger asked = new AtomicInteger();
            ProbeListener gate = new ProbeListener() {
                @Override
                public boolean awaitAccepted(InetSocketAddress local, Duration within) {
                    return asked.incrementAndGet() == 2;
                }
            };

            assertThat(check("tcp: " + server.getLocalPort(), RUNNING, gate)).isEqualTo(new Ready());
            assertThat(asked).hasValue(2);
            try (Socket first = server.accept()) {
                assertThat(first.getInetAddress()).isEqualTo(InetAddress.ofLiteral("::1"));
            }
        }
    }

    @Test
    void tcpSaysThatNobodyListens() throws IOException, InterruptedException {
        int port = Ports.free();

        assertThat(reason(check("tcp: " + port + ", within: 200ms", RUNNING, ProbeListener.NONE)))
                .isEqualTo("it was not ready within 200 ms: nothing listens on port " + port);
    }

    @Test
    void aCommandIsAskedUntilItExitsWithZero() throws InterruptedException {
        List<Integer> pids = new ArrayList<>();
        ProbeListener listener = new ProbeListener() {
            @Override
            public void command(int pid) {
                pids.add(pid);
            }
        };
        String command = "command: [/bin/sh, -c, \"test -e again || { touch again; exit 4; }\"]";

        assertThat(check(command, RUNNING, listener)).isEqualTo(new Ready());
        assertThat(pids).hasSize(2);
    }

    @Test
    void aCommandThatHangsIsEnded() throws InterruptedException {
        List<Integer> pids = new ArrayList<>();
        ProbeListener listener = new ProbeListener() {
            @Override
            public void command(int pid) {
                pids.add(pid);
            }
        };

        assertThat(reason(check("command: [/bin/sleep, \"60\"], within: 200ms", RUNNING, listener)))
                .startsWith("it was not ready within 200 ms");
        assertThat(pids).allSatisfy(pid -> assertThat(ProcStat.of(pid)).isEmpty());
    }

    @Test
    void aCommandThatFailsIsQuoted() throws InterruptedException {
        String command = "command: [/bin/sh, -c, \"echo no database >&2; exit 4\"], within: 200ms";

        assertThat(reason(check(command, RUNNING, ProbeListener.NONE)))
                .contains("exited with status 4")
                .contains("no database");
    }

    @Test
    void aCommandRunsAsTheServersUser() throws InterruptedException {
        assumeTrue(Processes.effectiveUid() == 0, "only root can start processes as another user");
        ImageRef image = Images.plain("""
                exec: ["/bin/true"]
                ports: [8080]
                ready: {command: [/bin/sh, -c, 'test $(id -un) = nobody']}
                """);
        Launch launch = Scripts.as("nobody", dir, "/bin/true");

        assertThat(ReadyCheck.await(image.manifest(), launch, RUNNING, ProbeListener.NONE))
                .isEqualTo(new Ready());
    }

    @Test
    void httpDoesNotListenToALineWithoutEnd() throws IOException, InterruptedException {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (!listener.isClosed()) {
                    try (Socket socket = listener.accept()) {
                        while (true) {
                            socket.getOutputStream().write(new byte[8192]);
                        }
                    } catch (IOException e) {
                        // The probe has heard enough.
                    }
                }
            });
            String url = "http://127.0.0.1:" + listener.getLocalPort() + "/";
            ReadyResult result = check("http: \"" + url + "\", within: 500ms", RUNNING, ProbeListener.NONE);

            assertThat(reason(result)).contains("does not answer in HTTP/1.1");
        }
    }
}
