package dev.holdfast.manager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as it is run: its ready line, its end, and what a kill leaves behind. */
@Timeout(120)
class ManagerProgramTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private @Nullable ManagerProgram manager;

    @AfterEach
    void stop() throws Exception {
        if (manager != null) {
            terminate(manager);
        }
    }

    @Test
    void whatWasStoredOutlivesAKillAndTheOrphanIsStopped() throws Exception {
        Path data = directory.resolve("data");
        ManagerProgram killed = ManagerProgram.start(data);
        manager = killed;
        killed.createTenant("acme");
        ProcessHandle orphan = killed.postgres();
        killed.process.destroyForcibly().waitFor();
        assertThat(orphan.isAlive()).isTrue();

        ManagerProgram next = ManagerProgram.start(data);
        manager = next;
        Awaitility.await().until(() -> !orphan.isAlive());
        assertThat(next.tenants()).containsExactly("acme");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("postgres/password"))))
                .isEqualTo("rw-------");

        Process second = ManagerProgram.launch(data);
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isNotZero();
        assertThat(log()).contains("another manager runs on " + data).doesNotContain("\tat ");

        ProcessHandle postgres = next.postgres();
        terminate(next);
        Awaitility.await().until(() -> !postgres.isAlive());
    }

    private static void terminate(ManagerProgram program) throws InterruptedException {
        program.process.destroy();
        assertThat(program.process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("manager.log"), StandardCharsets.UTF_8);
    }
}
