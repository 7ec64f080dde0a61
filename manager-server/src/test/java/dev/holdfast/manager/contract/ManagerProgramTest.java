package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.admin.v1.CreateTenantRequest;
import dev.holdfast.proto.admin.v1.ListTenantsRequest;
import dev.holdfast.proto.admin.v1.Tenant;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
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
            manager.close();
        }
    }

    @Test
    void whatWasStoredOutlivesAKillAndTheOrphanIsStopped() throws Exception {
        Path data = directory.resolve("data");
        ManagerProgram killed = ManagerProgram.start(data);
        manager = killed;
        killed.tenants()
                .createTenant(CreateTenantRequest.newBuilder().setName("acme").build());
        ProcessHandle orphan = killed.postgres();
        killed.kill();
        assertThat(orphan.isAlive()).isTrue();

        ManagerProgram next = ManagerProgram.start(data);
        manager = next;
        Awaitility.await().until(() -> !orphan.isAlive());
        assertThat(next.tenants()
                        .listTenants(ListTenantsRequest.getDefaultInstance())
                        .getTenantsList())
                .extracting(Tenant::getName)
                .containsExactly("acme");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("postgres/password"))))
                .isEqualTo("rw-------");

        Process second = ManagerProgram.launch(data, "127.0.0.1:0");
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isNotZero();
        assertThat(log()).contains("another manager runs on " + data).doesNotContain("\tat ");

        ProcessHandle postgres = next.postgres();
        next.close();
        Awaitility.await().until(() -> !postgres.isAlive());
    }

    @Test
    void aPortInUseIsNamedAndNothingIsLeftRunning() throws Exception {
        Path data = directory.resolve("data");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process refused = ManagerProgram.launch(data, "127.0.0.1:" + taken.getLocalPort());
            assertThat(refused.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(refused.exitValue()).isNotZero();
            assertThat(log())
                    .contains("manager: cannot listen on 127.0.0.1:" + taken.getLocalPort(), "--admin")
                    .doesNotContain("\tat ");
        }
        assertThat(data.resolve("postgres/data/postmaster.pid")).doesNotExist();
    }

    @Test
    void aManagerThatIsStoppedWhileItStartsLeavesNothingRunning() throws Exception {
        Path data = directory.resolve("data");
        Path pidFile = data.resolve("postgres/data/postmaster.pid");
        Process starting = ManagerProgram.launch(data, "127.0.0.1:0");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                // initdb writes a shorter one, and deletes it.
                .ignoreExceptionsInstanceOf(NoSuchFileException.class)
                .until(() -> Files.readAllLines(pidFile).size() >= 8);
        starting.destroy();
        assertThat(starting.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(pidFile).doesNotExist();
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("manager.log"), StandardCharsets.UTF_8);
    }
}
