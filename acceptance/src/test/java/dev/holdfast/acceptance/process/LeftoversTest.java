package dev.holdfast.acceptance.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is swept away must be everything of the installation's, and nothing of anybody else's. */
@Timeout(30)
final class LeftoversTest {
    @Test
    void killsOnlyWhatWorksInTheDirectory(@TempDir Path parent) throws Exception {
        Path ours = Files.createDirectories(parent.resolve("ours/below"));
        Path others = Files.createDirectories(parent.resolve("ours-not"));
        Process mine = sleep(ours);
        Process other = sleep(others);
        try {
            new Leftovers(parent.resolve("ours")).kill();

            assertThat(mine.waitFor()).isNotZero();
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    private static Process sleep(Path directory) throws Exception {
        return new ProcessBuilder("sleep", "600").directory(directory.toFile()).start();
    }
}
