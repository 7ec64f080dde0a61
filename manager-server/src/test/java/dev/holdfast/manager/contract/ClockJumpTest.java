package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.holdfast.manager.postgres.EmbeddedServer;
import dev.holdfast.proto.admin.v1.Deadlines;
import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.Waves;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL's clock, by which all managers go, is put forward and back; the manager's own stays right, and so disagrees. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class ClockJumpTest {
    private static final Path BINARIES = Path.of(System.getProperty("user.home"), ".cache", "holdfast", "postgres");

    private EmbeddedServer server;
    private RunningManager manager;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server = EmbeddedServer.start(directory.resolve("postgres"), BINARIES);
        ask("CREATE SCHEMA clock");
        ask("CREATE TABLE clock.ahead AS SELECT interval '0' AS by");
        for (String clock : List.of("now", "clock_timestamp")) {
            ask("CREATE FUNCTION clock." + clock + "() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT pg_catalog."
                    + clock + "() + by FROM clock.ahead'");
        }
        // Before the catalogue's own, for every session from now on.
        ask("ALTER DATABASE postgres SET search_path = public, clock, pg_catalog");
        manager = new RunningManager(server.jdbcUrl(), directory.resolve("manager"));
    }

    @AfterAll
    void stop() {
        manager.close();
        server.close();
    }

    @BeforeEach
    void putRight() throws SQLException {
        jumpTo("0");
    }

    private void ask(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void jumpTo(String ahead) throws SQLException {
        ask("UPDATE clock.ahead SET by = interval '" + ahead + "'");
    }

    @Test
    void cyclesUnderwayGoOnAndNoneIsBegunTwice() throws Exception {
        try (Farm farm = new Farm(manager, 3)) {
            String id =
                    farm.start(Rollout.newBuilder().setWaves(Waves.newBuilder().setBatch("1")));
            String first = farm.cycle(1);
            jumpTo("20 min");
            farm.report(1, Reports.done(first, 2));
            String second = farm.cycle(2);
            jumpTo("-1 day");
            farm.report(2, Reports.done(second, 2));
            farm.upgrade(3);

            assertThat(farm.bench.ended(id).getState()).isEqualTo(Upgrade.State.STATE_DONE);
            assertThat(farm.states(id)).containsExactly("upgraded", "upgraded", "upgraded");
            assertThat(farm.agents).allMatch(agent -> agent.unread().isEmpty());
        }
    }

    @Test
    void aSoakLastsLongerByWhatTheClockWentBackAndIsOverWhenItIsRight() throws Exception {
        try (Farm farm = new Farm(manager, 2)) {
            String id = farm.start(Rollout.newBuilder()
                    .setWaves(Waves.newBuilder().setBatch("1").setSoak(Durations.fromSeconds(1))));
            String first = farm.cycle(1);
            jumpTo("20 min");
            farm.report(1, Reports.done(first, 2));
            farm.awaitStates(id, "upgraded", "waiting");
            jumpTo("0");
            farm.awaitWaiting(id, "soak");
            assertThat(farm.agent(2).unread()).isEmpty();
            jumpTo("20 min");
            farm.upgrade(2);

            assertThat(farm.bench.ended(id).getState()).isEqualTo(Upgrade.State.STATE_DONE);
        }
    }

    @Test
    void aDeadlineThatTheClockHasPassedEndsTheUpgradeAsEver() throws Exception {
        try (Farm farm = new Farm(manager, 2)) {
            String id = farm.start(Rollout.newBuilder()
                    .setWaves(Waves.newBuilder().setBatch("1"))
                    .setDeadlines(Deadlines.newBuilder().setUpgrade(Durations.fromSeconds(3600))));
            String first = farm.cycle(1);
            jumpTo("2 hours");
            farm.report(1, Reports.done(first, 2));

            Upgrade ended = farm.bench.ended(id);
            assertThat(ended.getState()).isEqualTo(Upgrade.State.STATE_ABORTED);
            assertThat(ended.getStopReason()).contains("was not over within");
            assertThat(farm.states(id)).element(1).isEqualTo("skipped");
            assertThat(farm.agent(2).unread()).isEmpty();
        }
    }
}
