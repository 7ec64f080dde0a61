package dev.holdfast.acceptance.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.acceptance.load.Load;
import dev.holdfast.acceptance.load.LoadReport;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server must please the judge while nothing is done to it, or what an upgrade is blamed for says nothing. */
@Timeout(60)
final class RealServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path work;

    static List<RealServer> servers() {
        return RealServer.all();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void answersClientsOfBothVersions(RealServer server) throws Exception {
        assumeTrue(server.missing().isEmpty(), () -> server.missing().orElse(""));

        answersAs(server, Version.A, Listen.freeIpv4());
        answersAs(server, Version.B, Listen.freeIpv6());
    }

    private void answersAs(RealServer server, Version version, Listen listen) throws Exception {
        ServerImage image = server.image(version, listen, work);
        Process process = start(image);
        try {
            Awaitility.await().atMost(PATIENCE).until(() -> accepts(listen));
            try (Load load = Load.openAsking(listen.socketAddress(), server.protocol(), 200, server.backlog())) {
                load.start(client -> client % 2 == 0, server.requestsPerSecond());
                Awaitility.await().atMost(PATIENCE).until(() -> load.report().answered() > 1000);
                LoadReport report = load.finish(PATIENCE);

                assertThat(report.complaints()).isEmpty();
                assertThat(report.answeredBy(image.version())).isEqualTo(200);
            }
        } finally {
            // A master that lives starts another worker for each that is killed.
            List<ProcessHandle> workers = process.descendants().toList();
            process.destroyForcibly().waitFor();
            workers.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private Process start(ServerImage image) throws IOException {
        Path directory = image.bundle() == null ? work : image.bundle();
        List<String> command = new ArrayList<>();
        for (Object word : (List<?>) image.manifest().keys().getOrDefault("exec", List.of())) {
            command.add((String) word);
        }
        command.set(0, directory.resolve(command.getFirst()).toString());
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(new File(work.toFile(), "out.log"))
                .start();
    }

    private static boolean accepts(Listen listen) {
        try (Socket socket = new Socket()) {
            socket.connect(listen.socketAddress(), 1000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
