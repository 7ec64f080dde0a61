package dev.holdfast.manager.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.holdfast.common.text.Reasons;
import dev.holdfast.db.Migrations;
import org.flywaydb.core.api.FlywayException;

/** Connections to a migrated database. */
public final class Pool {
    private static final int SIZE = 10;

    private Pool() {}

    /** Connects and migrates. */
    public static HikariDataSource open(PostgresServer server) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("postgres");
        config.setJdbcUrl(server.jdbcUrl());
        config.setMaximumPoolSize(SIZE);
        config.setMinimumIdle(2);
        config.addDataSourceProperty("reWriteBatchedInserts", "true");
        config.addDataSourceProperty("ApplicationName", "holdfast-manager");
        try {
            HikariDataSource pool = new HikariDataSource(config);
            try {
                Migrations.run(pool);
            } catch (FlywayException e) {
                pool.close();
                throw new PostgresException("the database's schema cannot be brought up to date: " + e.getMessage(), e);
            }
            return pool;
        } catch (HikariPool.PoolInitializationException e) {
            throw new PostgresException("PostgreSQL cannot be reached: " + Reasons.root(e) + "; check --db-url", e);
        }
    }
}
