package dev.holdfast.manager.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.holdfast.common.text.Reasons;
import dev.holdfast.db.Migrations;
import java.time.Duration;
import org.flywaydb.core.api.FlywayException;

/** Connections to a migrated database. */
public final class Pool {
    private static final int SIZE = 10;
    /** Less than callers give a call: they are told that the database is away. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Pool() {}

    /** Connects and migrates. */
    public static HikariDataSource open(PostgresServer server) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("postgres");
        config.setJdbcUrl(server.jdbcUrl());
        config.setMaximumPoolSize(SIZE);
        config.setMinimumIdle(2);
        config.setConnectionTimeout(PATIENCE.toMillis());
        config.addDataSourceProperty("tcpKeepAlive", "true");
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
