package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A primary that dies in the middle of a cycle, and a standby that had every commit and is promoted. */
@Timeout(180)
class PostgresFailoverTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void theStandbyHasEverythingAndAllGoesOnThere() throws Exception {
        Path data = directory.resolve("one");
        int one = ExternalPostgres.freePort();
        int other = ExternalPostgres.freePort();
        server(data, one).close();
        Path copy = standby(data, one);
        try (EmbeddedPostgres primary = server(data, one);
                EmbeddedPostgres standby = server(copy, other)) {
            ask(primary, "ALTER SYSTEM SET synchronous_standby_names = 'standby'");
            ask(primary, "SELECT pg_reload_conf()");
            Awaitility.await()
                    .until(() -> ask(primary, "SELECT sync_state FROM pg_stat_replication")
                            .equals("sync"));
            String both = "jdbc:postgresql://127.0.0.1:" + one + ",127.0.0.1:" + other
                    + "/postgres?user=postgres&targetServerType=primary&hostRecheckSeconds=1";
            try (RunningManager manager = new RunningManager(both, directory.resolve("manager"))) {
                Underway underway = Underway.on(manager);
                kill(data);
                assertThat(ask(standby, "SELECT pg_promote()")).isEqualTo("t");
                underway.awaitUp();
                underway.isReportedOnce();
            }
        }
    }

    private static EmbeddedPostgres server(Path data, int port) throws IOException {
        return ExternalPostgres.start(
                data, port, Map.of("synchronous_commit", "on", "wal_level", "replica", "max_wal_senders", "4"));
    }

    /** Of a primary that is stopped: its files, and where it will be. */
    private Path standby(Path data, int port) throws IOException, InterruptedException {
        Path copy = directory.resolve("other");
        Process copying = new ProcessBuilder("cp", "-a", data.toString(), copy.toString()).start();
        assertThat(copying.waitFor()).isZero();
        Files.createFile(copy.resolve("standby.signal"));
        Files.writeString(
                copy.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=127.0.0.1 port=" + port + " user=postgres application_name=standby'\n",
                StandardOpenOption.APPEND);
        return copy;
    }

    /** With all its processes: those that are in the middle of something would end it first. */
    private static void kill(Path data) throws IOException {
        String pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
        ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        Awaitility.await().until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** The first column of the first row; empty without one. */
    private static String ask(EmbeddedPostgres server, String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.getJdbcUrl("postgres", "postgres"));
                Statement asking = connection.createStatement()) {
            if (!asking.execute(statement)) {
                return "";
            }
            try (ResultSet rows = asking.getResultSet()) {
                return rows.next() ? rows.getString(1) : "";
            }
        }
    }
}
