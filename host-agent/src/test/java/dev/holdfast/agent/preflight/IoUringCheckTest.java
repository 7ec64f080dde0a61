package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.preflight.Finding.Severity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoUringCheckTest {
    /** io_uring_setup(2), and then it waits for clients in one way or another. */
    private static final String SERVER = """
            import ctypes, select, socket, sys
            libc = ctypes.CDLL(None, use_errno=True)
            ring = libc.syscall(425, 4, ctypes.create_string_buffer(120))
            if ring < 0:
                sys.exit("there is no io_uring here: errno %%d" %% ctypes.get_errno())
            listener = socket.create_server(("127.0.0.1", 0))
            epoll = select.epoll()
            if "%1$s" == "epoll":
                epoll.register(listener, select.EPOLLIN)
            print(listener.getsockname()[1], flush=True)
            if "%1$s" == "accept":
                listener.accept()
            if "%1$s" == "ring":
                libc.syscall(426, ring, 0, 1, 1, None, 0)
            input()
            """;

    @TempDir
    Path dir;

    private List<Finding> look(Python server) {
        return new IoUringCheck().look(Subjects.of(dir, server.pid(), server.told(0)));
    }

    @Test
    void aServerWithoutOnePasses() {
        assertThat(new IoUringCheck().look(Subjects.of(dir, Subjects.OWN, 80)))
                .containsExactly(Finding.passed("io_uring", "the server does not use io_uring"));
    }

    @Test
    void oneThatWaitsForClientsByRingIsRefused() throws IOException {
        try (Python server = new Python(SERVER.formatted("ring"))) {
            assertThat(look(server)).singleElement().satisfies(finding -> {
                assertThat(finding.isRefusal()).isTrue();
                assertThat(finding.detail()).startsWith("process " + server.pid() + " of the server has an io_uring");
            });
        }
    }

    @Test
    void oneThatHasARingAndWaitsByEpollIsWarned() throws IOException {
        try (Python server = new Python(SERVER.formatted("epoll"))) {
            assertThat(look(server))
                    .singleElement()
                    .extracting(Finding::severity)
                    .isEqualTo(Severity.WARNING);
        }
    }

    @Test
    void oneThatHasARingAndWaitsInAcceptIsWarned() throws IOException {
        try (Python server = new Python(SERVER.formatted("accept"))) {
            await("it is in accept")
                    .untilAsserted(() -> assertThat(look(server))
                            .singleElement()
                            .extracting(Finding::severity)
                            .isEqualTo(Severity.WARNING));
        }
    }
}
