package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.common.address.HostPort;
import dev.holdfast.manager.postgres.EmbeddedServer;
import dev.holdfast.proto.admin.v1.GetHostRequest;
import dev.holdfast.proto.admin.v1.Host;
import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.Waves;
import dev.holdfast.proto.agent.v1.ConnectResponse.MessageCase;
import dev.holdfast.proto.agent.v1.CycleState;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Of several managers one dies without a word, or is cut off from the database: the others go on in seconds. */
@Timeout(180)
@SuppressWarnings("NullAway.Init")
class KilledAmongManagersTest {
    private static final Path BINARIES = Path.of(System.getProperty("user.home"), ".cache", "holdfast", "postgres");
    private static final int HOSTS = 4;

    @TempDir
    Path directory;

    private EmbeddedServer postgres;
    private RunningManager survivor;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        postgres = EmbeddedServer.start(directory.resolve("postgres"), BINARIES);
        survivor = new RunningManager(postgres.jdbcUrl(), directory.resolve("survivor"));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
        survivor.close();
        postgres.close();
    }

    @Test
    void anUpgradeEndsWithTheOthersAndNothingIsDoubled() throws Exception {
        ManagerProgram killed = ManagerProgram.start(directory.resolve("killed"), "--db-url", postgres.jdbcUrl());
        Bench bench = Bench.withShop(killed);
        Bench after = bench.at(survivor);
        List<StreamAgent> agents = new ArrayList<>();
        List<String> cycles = new ArrayList<>();
        for (int i = 0; i < HOSTS; i++) {
            agents.add(keep(bench.agent("host-" + i)));
            bench.running(agents.get(i));
        }
        String id = bench.startUpgrade();
        for (StreamAgent agent : agents) {
            cycles.add(Bench.startCycle(agent).getCycleId());
            agent.progress(cycles.getLast(), CycleState.CYCLE_STATE_HOLDING);
        }
        after.awaitCycle(id, HOSTS - 1, dev.holdfast.proto.admin.v1.Cycle.State.STATE_HOLDING);
        agents.getFirst().report(Reports.done(cycles.getFirst(), 1));
        agents.getFirst().next(MessageCase.CYCLE_REPORT_ACK);
        killed.kill();
        Instant dead = Instant.now();
        for (int i = 0; i < HOSTS; i++) {
            StreamAgent again = keep(after.reconnect(agents.get(i)));
            if (i > 0) {
                assertThat(Bench.startCycle(again).getCycleId()).isEqualTo(cycles.get(i));
            }
            // The first one may not know that its report has arrived.
            again.report(Reports.done(cycles.get(i), 1));
            again.next(MessageCase.CYCLE_REPORT_ACK);
            assertThat(again.unread()).isEmpty();
        }
        after.awaitUpgrade(id, Upgrade.State.STATE_DONE);
        assertThat(Duration.between(dead, Instant.now())).isLessThan(Duration.ofSeconds(10));
        assertThat(after.upgrade(id).getTotals().getKept()).isEqualTo(HOSTS);
        assertThat(after.states(id))
                .hasSize(2 + 3 * HOSTS)
                .filteredOn("done"::equals)
                .hasSize(HOSTS + 1);
    }

    /** It has a report, and stands in the transaction that ends the wave and begins the next one. */
    @Test
    void whatItWasDecidingIsDecidedByTheOthersOnce() throws Exception {
        ManagerProgram killed = ManagerProgram.start(directory.resolve("killed"), "--db-url", postgres.jdbcUrl());
        try (Farm farm = new Farm(killed, 2);
                Connection blocking = DriverManager.getConnection(postgres.jdbcUrl());
                Statement block = blocking.createStatement();
                Connection looking = DriverManager.getConnection(postgres.jdbcUrl());
                Statement look = looking.createStatement()) {
            Bench after = farm.bench.at(survivor);
            String id =
                    farm.start(Rollout.newBuilder().setWaves(Waves.newBuilder().setBatch("1")));
            String first = farm.cycle(1);
            blocking.setAutoCommit(false);
            block.execute("SELECT * FROM wave WHERE upgrade_id = '" + id + "' AND number = 1 FOR UPDATE");
            farm.report(1, Reports.done(first, 1));
            Awaitility.await().until(() -> count(look, """
                    SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE %'
                    """) > 0);
            killed.kill();
            assertThat(count(
                            look,
                            "SELECT count(*) FROM upgrade_host WHERE ending IS NOT NULL AND upgrade_id = '" + id + "'"))
                    .isZero();
            blocking.rollback();

            StreamAgent second = keep(after.reconnect(farm.agent(2)));
            second.report(Reports.done(Bench.startCycle(second).getCycleId(), 1));
            second.next(MessageCase.CYCLE_REPORT_ACK);
            assertThat(second.unread()).isEmpty();
            assertThat(after.ended(id).getState()).isEqualTo(Upgrade.State.STATE_DONE);
            assertThat(after.states(id)).filteredOn("upgraded"::equals).hasSize(2);
            assertThat(after.states(id)).filteredOn("wave"::equals).hasSize(4);
        }
    }

    private static int count(Statement look, String query) throws SQLException {
        try (ResultSet rows = look.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void hostsOfADeadManagerAreNotConnected() throws Exception {
        ManagerProgram killed = ManagerProgram.start(directory.resolve("killed"), "--db-url", postgres.jdbcUrl());
        StreamAgent agent = keep(new Bench(killed).agent("a"));
        assertThat(host(agent).getConnected()).isTrue();
        killed.kill();
        Instant dead = Instant.now();
        assertThat(host(agent).getConnected()).isTrue();
        Awaitility.await().until(() -> !host(agent).getConnected());
        assertThat(Duration.between(dead, Instant.now())).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(7));
        assertThat(Instant.ofEpochSecond(host(agent).getLastSeenTime().getSeconds()))
                .isBetween(dead.minusSeconds(3), dead.plusSeconds(1));
    }

    /** Nothing arrives any more, and nothing is closed: the agents must go where something can be done for them. */
    @Test
    void oneThatIsCutOffFromTheDatabaseLetsItsAgentsGo() throws Exception {
        Matcher url = Pattern.compile("(jdbc:postgresql://)([^/]+)(/.*)").matcher(postgres.jdbcUrl());
        assertThat(url.matches()).isTrue();
        Relay relay = keep(new Relay(HostPort.parse(url.group(2))));
        RunningManager cutOff =
                keep(new RunningManager(url.group(1) + relay.address() + url.group(3), directory.resolve("cut-off")));
        Bench bench = Bench.withShop(survivor);
        StreamAgent agent = keep(bench.at(cutOff).agent("a"));
        String process = bench.running(agent);
        // It has heard of the other one.
        relay.die();
        Instant cut = Instant.now();
        assertThat(agent.ended().getCode()).isEqualTo(Code.UNAVAILABLE);
        assertThat(Duration.between(cut, Instant.now())).isLessThan(Duration.ofSeconds(10));
        try (StreamAgent refused = StreamAgent.registering(cutOff.agentsPort(), agent.id(), agent.name())) {
            assertThat(refused.ended().getCode()).isEqualTo(Code.UNAVAILABLE);
        }
        StreamAgent moved = keep(bench.reconnect(agent));
        moved.table(Bench.seen(process, dev.holdfast.proto.agent.v1.ProcessState.PROCESS_STATE_RUNNING)
                .build());
        relay.heal();
        Awaitility.await().atMost(30, TimeUnit.SECONDS).ignoreExceptions().until(() -> {
            try (StreamAgent other = bench.at(cutOff).agent("b" + System.nanoTime())) {
                return !other.hasEnded();
            }
        });
        assertThat(host(moved).getConnected()).isTrue();
        assertThat(moved.hasEnded()).isFalse();
    }

    private Host host(StreamAgent agent) {
        return survivor.hosts()
                .getHost(GetHostRequest.newBuilder().setName(agent.name()).build());
    }

    private <T extends AutoCloseable> T keep(T part) {
        opened.add(part);
        return part;
    }
}
