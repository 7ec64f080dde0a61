package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.preflight.Finding.Severity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsCheckTest {
    private static final byte[] APPLICATION_DATA = HexFormat.of().parseHex("170303002001020304");

    @TempDir
    Path dir;

    private final TlsCheck check = new TlsCheck();

    private static ServerSocket listener() throws IOException {
        return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    private List<Finding> look(int port) {
        return check.look(Subjects.of(dir, Subjects.OWN, port));
    }

    /** Serves one client, on a thread of its own. */
    private interface Serving {
        void serve(Socket client) throws IOException;
    }

    private static void serveOne(ServerSocket listener, Serving serving) {
        Thread.ofVirtual().start(() -> {
            try (Socket client = listener.accept()) {
                serving.serve(client);
            } catch (IOException e) {
                // The client has gone, which is all that there is to it.
            }
        });
    }

    @Test
    void whatWaitsToBeReadGivesItAway() throws IOException {
        try (ServerSocket listener = listener();
                Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
                Socket accepted = listener.accept()) {
            client.getOutputStream().write(APPLICATION_DATA);
            await().until(() -> accepted.getInputStream().available() == APPLICATION_DATA.length);

            assertThat(look(listener.getLocalPort())).singleElement().satisfies(finding -> {
                assertThat(finding.isRefusal()).isTrue();
                assertThat(finding.detail()).startsWith("a client has sent TLS");
            });
            assertThat(accepted.getInputStream().readNBytes(APPLICATION_DATA.length))
                    .as("it is still to be read")
                    .isEqualTo(APPLICATION_DATA);
        }
    }

    @Test
    void whatTheKernelSpeaksItselfIsRefused() throws IOException {
        // TCP_ULP, which a kernel without the module "tls" does not have.
        try (Python server = new Python("""
                import socket
                listener = socket.create_server(("127.0.0.1", 0))
                client = socket.create_connection(listener.getsockname())
                connection = listener.accept()[0]
                try:
                    connection.setsockopt(socket.IPPROTO_TCP, 31, b"tls")
                    print(listener.getsockname()[1], flush=True)
                except OSError as error:
                    print(flush=True)
                input()
                """)) {
            assertThat(check.look(Subjects.of(dir, server.pid(), server.told(0))))
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.isRefusal()).isTrue();
                        assertThat(finding.detail()).startsWith("the kernel speaks TLS");
                    });
        }
    }

    @Test
    void aServerThatAnswersInTlsIsRefused() throws IOException, NoSuchAlgorithmException {
        try (ServerSocket listener = SSLContext.getDefault()
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            serveOne(listener, client -> client.getInputStream().read());

            assertThat(look(listener.getLocalPort())).singleElement().satisfies(finding -> {
                assertThat(finding.isRefusal()).isTrue();
                assertThat(finding.detail()).startsWith("127.0.0.1:" + listener.getLocalPort() + " answers in TLS");
            });
        }
    }

    @Test
    void oneThatAnswersSomethingElsePasses() throws IOException {
        try (ServerSocket listener = listener()) {
            serveOne(listener, client -> {
                client.getInputStream().readAllBytes();
                client.getOutputStream().write("-ERR unknown command\r\n".getBytes(StandardCharsets.US_ASCII));
            });

            assertThat(look(listener.getLocalPort()))
                    .containsExactly(Finding.passed(
                            "tls",
                            "127.0.0.1:" + listener.getLocalPort()
                                    + " does not answer a client that greets it in TLS"));
        }
    }

    @Test
    void oneThatSaysNothingIsWarned() throws IOException {
        try (ServerSocket listener = listener()) {
            assertThat(look(listener.getLocalPort()))
                    .singleElement()
                    .extracting(Finding::severity)
                    .isEqualTo(Severity.WARNING);
        }
    }

    @Test
    void oneThatIsBeingUpgradedIsNotAsked() throws IOException {
        try (ServerSocket listener = listener()) {
            Subject subject = Subjects.of(dir, Subjects.OWN, listener.getLocalPort());

            assertThat(check.look(Subjects.with(subject, Map.of("c-1", "p-1"))))
                    .singleElement()
                    .extracting(Finding::detail)
                    .asString()
                    .contains("is not asked");
            listener.setSoTimeout(1);
            assertThatThrownBy(listener::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void oneThatHasPassedAPlainReadyCheckIsNotAsked() throws IOException {
        try (ServerSocket listener = listener()) {
            int port = listener.getLocalPort();
            String manifest = Subjects.manifest(port, "ready: {http: \"http://127.0.0.1:%d/\"}".formatted(port));

            assertThat(check.look(Subjects.of(dir, List.of(Subjects.OWN), manifest, manifest)))
                    .containsExactly(
                            Finding.passed("tls", "127.0.0.1:" + port + " has answered its ready check in plain HTTP"));
        }
    }
}
