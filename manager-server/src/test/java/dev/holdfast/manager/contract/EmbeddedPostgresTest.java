package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.manager.postgres.EmbeddedServer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedPostgresTest extends ManagerContract {
    private static final Path BINARIES = Path.of(System.getProperty("user.home"), ".cache", "holdfast", "postgres");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    private @Nullable EmbeddedServer server;

    @Override
    String database() {
        server = EmbeddedServer.start(directory.resolve("postgres"), BINARIES);
        return server.jdbcUrl();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fsync", "synchronous_commit", "full_page_writes"})
    void whatIsCommittedIsOnDisk(String setting) throws Exception {
        assertThat(query("SHOW " + setting)).containsExactly("on");
    }

    @Override
    @AfterAll
    void stop() {
        super.stop();
        if (server != null) {
            server.close();
        }
    }
}
