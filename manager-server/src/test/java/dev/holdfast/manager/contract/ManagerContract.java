package dev.holdfast.manager.contract;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The whole contract, for a manager on the PostgreSQL that a subclass names. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
abstract class ManagerContract
        implements FleetContract,
                PublishContract,
                ProcessContract,
                UpgradeContract,
                TurnContract,
                WatchContract,
                AbortContract,
                LostHostContract,
                CheckContract,
                CutContract,
                SeveralManagersContract,
                SharedHostsContract,
                RolloutContract,
                StagingContract,
                RoughContract {
    private String url;
    private RunningManager manager;

    /** JDBC URL of an empty database. */
    abstract String database() throws Exception;

    @BeforeAll
    void start(@TempDir Path dataDir) throws Exception {
        url = database();
        manager = new RunningManager(url, dataDir);
    }

    @AfterAll
    void stop() {
        manager.close();
    }

    @Override
    public RunningManager manager() {
        return manager;
    }

    @Override
    public RunningManager another(Path dataDir) throws IOException {
        return new RunningManager(url, dataDir, manager.dataDir().resolve("site"));
    }

    @Override
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }

    @Override
    public List<String> query(String sql) throws SQLException {
        try (Connection connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }
}
