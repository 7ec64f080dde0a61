package dev.holdfast.db;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings a database to the schema that this version works with. */
public final class Migrations {
    private Migrations() {}

    /**
     * Applies what is missing; does nothing on an up-to-date database. Several callers at once are safe: Flyway locks.
     *
     * @throws org.flywaydb.core.api.FlywayException if the database is newer than this version, was altered by hand, or
     *     cannot be reached
     */
    public static void run(DataSource database) {
        Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(database)
                .locations("classpath:db/migration")
                // By default a schema that a newer version made would do.
                .ignoreMigrationPatterns(new String[0])
                .load()
                .migrate();
    }
}
