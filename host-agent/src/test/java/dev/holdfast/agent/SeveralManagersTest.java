package dev.holdfast.agent;

import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.link.TestManager;
import dev.holdfast.common.address.HostPort;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that knows several managers is with one of them, and goes on to the other. */
class SeveralManagersTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path dir;

    private TestManager one;
    private TestManager other;
    private Agent agent;

    @BeforeEach
    void start() throws IOException {
        TestManager first = new TestManager(0, null);
        TestManager second = new TestManager(0, null);
        List<HostPort> managers =
                List.of(new HostPort("127.0.0.1", first.port()), new HostPort("127.0.0.1", second.port()));
        agent = Agent.start(new AgentConfig(managers, "web-1", dir.resolve("data"), Map.of()), _ -> {});
        await().atMost(SOON).until(() -> first.registrations.size() + second.registrations.size() == 1);
        one = first.registrations.isEmpty() ? second : first;
        other = one == first ? second : first;
    }

    @AfterEach
    void end() throws IOException, InterruptedException {
        agent.close();
        one.close();
        other.close();
    }

    @Test
    void whenTheOneDies() throws InterruptedException {
        one.close();

        await().atMost(Duration.ofSeconds(3)).until(() -> other.registrations.size() == 1);
    }

    @Test
    void whenTheOneSaysNothingAnyMore() {
        one.freeze();

        await().atMost(Duration.ofSeconds(12)).until(() -> other.registrations.size() == 1);
    }
}
