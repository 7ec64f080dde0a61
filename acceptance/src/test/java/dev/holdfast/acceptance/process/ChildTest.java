package dev.holdfast.acceptance.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A child that does not become ready must say why. */
@Timeout(30)
final class ChildTest {
    private static final Pattern READY = Pattern.compile("ready: (.*)");
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void givesTheReadyLine() throws Exception {
        Child child = sh("echo hello; echo ready: here; exec sleep 600");
        try {
            assertThat(child.awaitReady(READY, LONG).group(1)).isEqualTo("here");
        } finally {
            child.stop(LONG);
        }
    }

    @Test
    void tellsWhatItWroteBeforeItEnded() throws Exception {
        Child child = sh("echo the reason >&2; exit 1");

        assertThatThrownBy(() -> child.awaitReady(READY, LONG))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("child ended")
                .hasMessageContaining("the reason");
    }

    @Test
    void doesNotWaitForEver() throws Exception {
        Child child = sh("echo stuck; exec sleep 600");
        try {
            assertThatThrownBy(() -> child.awaitReady(READY, Duration.ofMillis(300)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not ready");
        } finally {
            child.stop(LONG);
        }
    }

    @Test
    void killsAChildThatDoesNotEnd() throws Exception {
        Child child = sh("trap '' TERM; echo ready: x; while :; do sleep 600; done");
        var _ = child.awaitReady(READY, LONG);

        child.stop(Duration.ofMillis(300));

        // What was killed but is not our own child is gone a moment later.
        await().untilAsserted(() -> assertThat(new Leftovers(directory).find()).isEmpty());
    }

    private Child sh(String script) throws IOException {
        return Child.start("child", List.of("sh", "-c", script), directory);
    }
}
