package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.preflight.Finding.Severity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenerCheckTest {
    @TempDir
    Path dir;

    private final ListenerCheck check = new ListenerCheck();
    private ServerSocket listener;
    private int port;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        port = listener.getLocalPort();
    }

    @AfterEach
    void end() throws IOException {
        listener.close();
    }

    private List<Finding> look(String running, String next) {
        String manifest = "exec: [/bin/sh]\nports: [%s]\n";
        return check.look(
                Subjects.of(dir, List.of(Subjects.OWN), manifest.formatted(running), manifest.formatted(next)));
    }

    @Test
    void aListenerOnThePortPasses() {
        assertThat(look("" + port, "" + port))
                .containsExactly(Finding.passed("listener", "the server listens on [" + port + "]"));
        assertThat(look("" + port, "1, \"127.0.0.1:" + port + '"')).noneMatch(Finding::isRefusal);
    }

    @Test
    void noneIsRefused() throws IOException {
        listener.close();

        assertThat(look("" + port, "" + port))
                .containsExactly(Finding.refused(
                        "listener",
                        "process " + Subjects.OWN + " listens on none of the manifest's ports [" + port
                                + "]: correct the manifest of the running image"));
    }

    @Test
    void somebodyElsesIsNone() throws IOException {
        try (Python other = new Python("""
                import socket
                listener = socket.create_server(("127.0.0.1", 0))
                print(listener.getsockname()[1], flush=True)
                input()
                """)) {
            assertThat(look("" + other.told(0), "" + other.told(0))).anyMatch(Finding::isRefusal);
        }
    }

    @Test
    void aPortThatNobodyListensOnIsTold() {
        assertThat(look(port + ", 1", "" + port)).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.detail()).startsWith("nobody listens on port 1 ");
        });
    }

    @Test
    void aNewManifestWithoutThePortIsRefused() {
        assertThat(look("" + port, "1")).singleElement().satisfies(finding -> {
            assertThat(finding.isRefusal()).isTrue();
            assertThat(finding.detail())
                    .startsWith("the server listens on 127.0.0.1:" + port + ", and the new image's manifest names [1]");
        });
    }
}
