package dev.holdfast.common.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.common.yaml.YamlException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestParserTest {
    private static final PortSpec PORT_8080 = new PortSpec(null, 8080);

    @Test
    void readsEveryKey() {
        Manifest manifest = ManifestParser.parse("""
                exec: ["bin/server", "--port", "8080"]     # in the unpacked bundle, or absolute
                user: nobody
                env: {LEVEL: info, THREADS: 4, FAST: true, EMPTY: ""}
                workdir: /var/lib/server
                ports: [8080, "127.0.0.1:8081", "[::1]:8081"]
                ready: {http: "http://127.0.0.1:8080/healthz", within: 2m}
                stop: {signal: SIGTERM, within: 20s}
                takeover: {protocol: http1, quiet: 20ms, deadline: 7s, onDeadline: linger, linger: 90s, start: warm, prove: 0s}
                """);

        assertThat(manifest)
                .isEqualTo(new Manifest(
                        List.of("bin/server", "--port", "8080"),
                        "nobody",
                        Map.of("LEVEL", "info", "THREADS", "4", "FAST", "true", "EMPTY", ""),
                        "/var/lib/server",
                        List.of(
                                PORT_8080,
                                new PortSpec(InetAddress.ofLiteral("127.0.0.1"), 8081),
                                new PortSpec(InetAddress.ofLiteral("::1"), 8081)),
                        new Ready.Http(URI.create("http://127.0.0.1:8080/healthz"), Duration.ofMinutes(2)),
                        new Stop(Stop.Signal.TERM, Duration.ofSeconds(20)),
                        new Takeover(
                                Takeover.Protocol.HTTP1,
                                Duration.ofMillis(20),
                                Duration.ofSeconds(7),
                                Takeover.OnDeadline.LINGER,
                                Duration.ofSeconds(90),
                                Takeover.Start.WARM,
                                Duration.ZERO)));
    }

    @Test
    void whatIsLeftOutGetsItsDefault() {
        Manifest manifest = ManifestParser.parse("exec: [a]\nports: [8080]\n");

        assertThat(manifest)
                .isEqualTo(new Manifest(
                        List.of("a"),
                        null,
                        Map.of(),
                        null,
                        List.of(PORT_8080),
                        new Ready.Tcp(PORT_8080, Duration.ofSeconds(30)),
                        Stop.DEFAULT,
                        Takeover.DEFAULT));
    }

    @Test
    void aPortIsShownAsItIsWritten() {
        assertThat(new PortSpec(InetAddress.ofLiteral("::1"), 8081)).hasToString("[::1]:8081");
        assertThat(new PortSpec(InetAddress.ofLiteral("127.0.0.1"), 8081)).hasToString("127.0.0.1:8081");
        assertThat(PORT_8080).hasToString("8080");
    }

    @Test
    void anArgumentMayBeEmpty() {
        Manifest manifest = ManifestParser.parse("exec: [bin/redis-server, --save, '']\nports: [6379]\n");

        assertThat(manifest.exec()).containsExactly("bin/redis-server", "--save", "");
    }

    @Test
    void aSectionMayLeaveOutAllOfItsKeys() {
        Manifest manifest =
                ManifestParser.parse("exec: [a]\nports: [8080]\nready: {within: 1s}\nstop: {}\ntakeover: {}");

        assertThat(manifest.ready()).isEqualTo(new Ready.Tcp(PORT_8080, Duration.ofSeconds(1)));
        assertThat(manifest.stop()).isEqualTo(Stop.DEFAULT);
        assertThat(manifest.takeover()).isEqualTo(Takeover.DEFAULT);
    }

    @Test
    void readinessMayBeACommandOrAnotherPort() {
        assertThat(with("ready: {command: [/usr/bin/redis-cli, ping]}").ready())
                .isEqualTo(new Ready.Command(List.of("/usr/bin/redis-cli", "ping"), Ready.DEFAULT_WITHIN));
        assertThat(with("ready: {tcp: 9090}").ready())
                .isEqualTo(new Ready.Tcp(new PortSpec(null, 9090), Ready.DEFAULT_WITHIN));
    }

    @Test
    void theExceptionTellsItsParts() {
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() -> with("ready: {htpp: x}"))
                .satisfies(e -> {
                    assertThat(e.line()).isEqualTo(3);
                    assertThat(e.column()).isEqualTo(9);
                    assertThat(e.key()).isEqualTo("ready.htpp");
                    assertThat(e.getMessage()).isEqualTo("line 3, column 9: ready.htpp: " + e.problem());
                });
    }

    private static Manifest with(String thirdLine) {
        return ManifestParser.parse("exec: [a]\nports: [8080]\n" + thirdLine);
    }
}
