package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.agent.v1.CycleState;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A manager whose PostgreSQL goes away in the middle of a cycle goes on by itself when it is back. */
@Timeout(180)
class PostgresDeathTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @BeforeAll
    static void useUnpackedPrograms() {
        System.setProperty("ot.epg.working-dir", System.getProperty("user.home") + "/.cache/holdfast/postgres");
    }

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
        int port = freePort();
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
        return EmbeddedPostgres.builder()
                .setDataDirectory(directory.resolve("external"))
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(port)
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** An upgrade whose one cycle has come to a state in which clients wait. */
    private record Underway(Bench bench, StreamAgent first, String upgrade, String cycle) {
        static Underway on(Calls manager) throws Exception {
            Bench bench = Bench.withShop(manager);
            StreamAgent agent = bench.agent("a");
            bench.running(agent);
            String upgrade = bench.startUpgrade();
            String cycle = Bench.startCycle(agent).getCycleId();
            agent.progress(cycle, CycleState.CYCLE_STATE_QUIESCING);
            bench.awaitCycle(upgrade, 0, Cycle.State.STATE_QUIESCING);
            return new Underway(bench, agent, upgrade, cycle);
        }

        StreamAgent agent() {
            return StreamAgent.registering(bench.manager.agentsPort(), first.id(), first.name());
        }

        void awaitUp() {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> bench.upgrade(upgrade).getState() == Upgrade.State.STATE_RUNNING);
        }

        void isReportedOnce() throws Exception {
            bench.reportUntilAcknowledged(first, Reports.done(cycle, 3));
            bench.reportUntilAcknowledged(first, Reports.done(cycle, 3));
            first.close();
            assertThat(bench.ended(upgrade).getState()).isEqualTo(Upgrade.State.STATE_DONE);
            assertThat(bench.outcomes(upgrade, 10)).hasSize(5);
            assertThat(bench.states(upgrade)).containsExactly("running", "queued", "quiescing", "done", "done");
        }
    }
}
