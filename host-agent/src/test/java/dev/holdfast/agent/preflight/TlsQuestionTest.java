package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.Ports;
import dev.holdfast.agent.linux.SockDiag;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real servers, asked. */
class TlsQuestionTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration WITHIN = Duration.ofSeconds(2);

    @TempDir
    Path dir;

    private TlsQuestion.Answer ask(int port, String... command) throws IOException {
        assumeTrue(Files.isExecutable(Path.of(command[0])), command[0] + " is not installed");
        Process server = new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("log").toFile())
                .start();
        try {
            Awaitility.await(String.join(" ", command))
                    .atMost(SOON)
                    .until(() -> !SockDiag.listening(List.of(port)).isEmpty());
            TlsQuestion.Answer answer =
                    TlsQuestion.ask(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), WITHIN);
            assertThat(SockDiag.bothEnds(List.of(port)))
                    .as("nothing is left of the question")
                    .isEmpty();
            return answer;
        } finally {
            server.destroyForcibly().onExit().join();
        }
    }

    /** A key and a certificate, "key.pem" and "cert.pem". */
    private void certificate() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
        int status = new ProcessBuilder(
                        "/usr/bin/openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-subj",
                        "/CN=test",
                        "-keyout",
                        dir.resolve("key.pem").toString(),
                        "-out",
                        dir.resolve("cert.pem").toString())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("log").toFile())
                .start()
                .waitFor();
        assertThat(status).isZero();
    }

    private TlsQuestion.Answer askNginx(String parameters) throws IOException {
        int port = Ports.free();
        Files.writeString(dir.resolve("nginx.conf"), """
                daemon off; master_process off; pid nginx.pid; error_log stderr info; events {}
                http { access_log off; server { listen 127.0.0.1:%d %s } }
                """.formatted(port, parameters));
        return ask(port, "/usr/sbin/nginx", "-p", dir.toString(), "-e", "stderr", "-c", "nginx.conf");
    }

    @Test
    void nginxWithAndWithoutTls() throws IOException, InterruptedException {
        certificate();
        assertThat(askNginx("ssl; ssl_certificate cert.pem; ssl_certificate_key key.pem;"))
                .isEqualTo(TlsQuestion.Answer.TLS);
        assertThat(askNginx(";")).isEqualTo(TlsQuestion.Answer.OTHER);
    }

    @Test
    void aServerOfTheNewestVersionAlone() throws IOException, InterruptedException {
        certificate();
        int port = Ports.free();
        assertThat(ask(
                        port,
                        "/usr/bin/openssl",
                        "s_server",
                        "-accept",
                        "127.0.0.1:" + port,
                        "-tls1_3",
                        "-quiet",
                        "-key",
                        "key.pem",
                        "-cert",
                        "cert.pem"))
                .isEqualTo(TlsQuestion.Answer.TLS);
    }

    @Test
    void redis() throws IOException {
        int port = Ports.free();
        assertThat(ask(port, "/usr/bin/redis-server", "--port", "" + port, "--bind", "127.0.0.1", "--save", ""))
                .isEqualTo(TlsQuestion.Answer.OTHER);
    }

    @Test
    void node() throws IOException {
        int port = Ports.free();
        String server = "require('http').createServer((_, answer) => answer.end()).listen(" + port + ", '127.0.0.1')";
        assertThat(ask(port, "/usr/bin/node", "-e", server)).isEqualTo(TlsQuestion.Answer.OTHER);
    }

    @Test
    void nobody() throws IOException {
        assertThat(TlsQuestion.ask(new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free()), WITHIN))
                .isEqualTo(TlsQuestion.Answer.OTHER);
    }

    @Test
    void theHelloIsATlsRecordAndEndsNoLine() {
        byte[] hello = TlsQuestion.hello();

        assertThat(TlsRecord.begins(hello)).isTrue();
        assertThat(hello).hasSize(TlsRecord.HEADER + hello[4]).doesNotContain('\n', '\r');
    }

    @Test
    void whatIsNoRecordIsNotTakenForOne() {
        assertThat(TlsRecord.begins("GET / HTTP/1.1".getBytes(StandardCharsets.US_ASCII)))
                .isFalse();
        assertThat(TlsRecord.begins(new byte[] {22, 3, 3})).isFalse();
        assertThat(TlsRecord.begins(new byte[] {22, 3, 3, 0, 0})).isFalse();
        assertThat(TlsRecord.begins(new byte[] {23, 3, 3, 127, 0})).isFalse();
        assertThat(TlsRecord.begins(new byte[] {21, 3, 3, 0, 2})).isTrue();
    }
}
