package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.preflight.Finding.Severity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedSocketCheckTest {
    /** A server, and a child that shares its listener or its first connection; tells port and child. */
    private static final String SERVER = """
            import os, select, socket, time
            listener = socket.create_server(("127.0.0.1", 0))
            port = listener.getsockname()[1]
            client = socket.create_connection(("127.0.0.1", port))
            connection = listener.accept()[0]
            told, tell = os.pipe()
            child = os.fork()
            if child == 0:
                client.close()
                if "%1$s" != "connection":
                    connection.close()
                if "%1$s" == "nothing":
                    listener.close()
                epoll = select.epoll()
                if "%1$s" == "accepting":
                    epoll.register(listener, select.EPOLLIN)
                os.write(tell, b"x")
                time.sleep(600)
            os.read(told, 1)
            print(port, child, flush=True)
            input()
            """;

    @TempDir
    Path dir;

    private final SharedSocketCheck check = new SharedSocketCheck();

    @Test
    void aChildOfTheServersIsNoStranger() throws IOException {
        try (Python server = new Python(SERVER.formatted("connection"))) {
            String manifest = Subjects.manifest(server.told(0));

            assertThat(check.look(Subjects.of(dir, List.of(server.pid(), server.told(1)), manifest, manifest)))
                    .containsExactly(Finding.passed("shared sockets", "nobody else has the server's sockets open"));
        }
    }

    @Test
    void aStrangerWithoutThemIsNone() throws IOException {
        try (Python server = new Python(SERVER.formatted("nothing"))) {
            assertThat(check.look(Subjects.of(dir, server.pid(), server.told(0))))
                    .noneMatch(Finding::isRefusal);
        }
    }

    @Test
    void aStrangerWithAConnectionIsRefused() throws IOException {
        try (Python server = new Python(SERVER.formatted("connection"))) {
            Subject subject = Subjects.of(dir, server.pid(), server.told(0));

            assertThat(check.look(subject)).singleElement().satisfies(finding -> {
                assertThat(finding.isRefusal()).isTrue();
                assertThat(finding.detail())
                        .startsWith("process " + server.told(1) + " (")
                        .contains("has connections of the server open");
            });
            assertThat(check.look(Subjects.with(subject, Map.of("c-1", "p-1")))).noneMatch(Finding::isRefusal);
        }
    }

    @Test
    void oneThatTakesClientsIsRefused() throws IOException {
        try (Python server = new Python(SERVER.formatted("accepting"))) {
            assertThat(check.look(Subjects.of(dir, server.pid(), server.told(0))))
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.isRefusal()).isTrue();
                        assertThat(finding.detail()).contains("takes clients from the server's listener");
                    });
        }
    }

    @Test
    void oneThatOnlyKeepsTheListenerIsTold() throws IOException {
        try (Python server = new Python(SERVER.formatted("listener"));
                Socket client = new Socket(InetAddress.getLoopbackAddress(), server.told(0))) {
            assertThat(client.isConnected()).isTrue();
            assertThat(check.look(Subjects.of(dir, server.pid(), server.told(0))))
                    .singleElement()
                    .extracting(Finding::severity)
                    .isEqualTo(Severity.WARNING);
        }
    }
}
