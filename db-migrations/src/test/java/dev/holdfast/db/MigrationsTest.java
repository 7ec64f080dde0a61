package dev.holdfast.db;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From nothing, again, and back to an older version. */
class MigrationsTest {
    @Test
    void runsFromNothingAndAgainAndNotOnANewerSchema(@TempDir Path data) throws Exception {
        System.setProperty("ot.epg.working-dir", System.getProperty("user.home") + "/.cache/holdfast/postgres");
        try (EmbeddedPostgres postgres =
                EmbeddedPostgres.builder().setDataDirectory(data).start()) {
            DataSource database = postgres.getPostgresDatabase();
            Migrations.run(database);
            assertThatCode(() -> Migrations.run(database)).doesNotThrowAnyException();
            try (var connection = database.getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("""
                        INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,
                            installed_by, execution_time, success)
                        VALUES (1000, '1000', 'of a later version', 'SQL', 'V1000__later.sql', 'test', 0, true)
                        """);
            }
            assertThatThrownBy(() -> Migrations.run(database))
                    .isInstanceOf(FlywayException.class)
                    .hasMessageContaining("1000");
        }
    }
}
