package dev.holdfast.agent.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cycle waits where it is asked to, once, and nowhere else. */
@Timeout(30)
final class HoldUpTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void waitsWhereItIsAskedTo() throws Exception {
        Files.createFile(directory.resolve("stopping"));
        CountDownLatch past = new CountDownLatch(1);
        HoldUp holdUp = new HoldUp(directory);
        Thread cycle = Thread.ofVirtual().start(() -> {
            holdUp.accept("quiescing");
            holdUp.accept("stopping");
            past.countDown();
        });
        Path here = directory.resolve("stopping.here");
        Awaitility.await().until(() -> Files.exists(here));
        assertThat(past.getCount()).as("waits").isEqualTo(1);

        Files.delete(here);

        past.await();
        cycle.join();
        holdUp.accept("stopping");
        assertThat(directory).as("only once").isEmptyDirectory();
    }

    @Test
    void aDirectoryThatIsNotThereHoldsNothingUp() {
        new HoldUp(directory.resolve("none")).accept("stopping");

        assertThat(directory).isEmptyDirectory();
    }
}
