package dev.holdfast.manager.contract;

import dev.holdfast.manager.postgres.EmbeddedServer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;

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

    @Override
    @AfterAll
    void stop() {
        super.stop();
        if (server != null) {
            server.close();
        }
    }
}
