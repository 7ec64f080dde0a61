package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A manager whose PostgreSQL goes away in the middle of a cycle goes on by itself when it is back. */
@Timeout(180)
class PostgresDeathTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    /** Its own is started again, as often as it dies. */
    @Test
    void anEmbeddedOneThatIsKilledIsStartedAgain() throws Exception {
        ManagerProgram manager = ManagerProgram.start(directory.resolve("data"));
        try {
            Underway underway = Underway.on(manager);
            for (int i = 0; i < 2; i++) {
                ProcessHandle postgres = manager.postgres();
                postgres.destroyForcibly();
                underway.awaitUp();
                assertThat(manager.postgres().pid()).isNotEqualTo(postgres.pid());
            }
            manager.postgres().destroyForcibly();
            underway.isReportedOnce();
            ProcessHandle last = manager.postgres();
            manager.close();
            Awaitility.await().until(() -> !last.isAlive());
        } finally {
            manager.close();
        }
    }

    @Test
    void anotherOneIsWaitedFor() throws Exception {
        int port = ExternalPostgres.freePort();
        EmbeddedPostgres postgres = external(port);
        try (RunningManager manager =
                new RunningManager(postgres.getJdbcUrl("postgres", "postgres"), directory.resolve("manager"))) {
            Underway underway = Underway.on(manager);
            postgres.close();
            try (StreamAgent agent = underway.agent()) {
                assertThat(agent.isAcknowledged(Reports.done(underway.cycle(), 3)))
                        .isFalse();
            }
            postgres = external(port);
            underway.isReportedOnce();
        } finally {
            postgres.close();
        }
    }

    private EmbeddedPostgres external(int port) throws IOException {
        return ExternalPostgres.start(directory.resolve("external"), port, Map.of());
    }
}
