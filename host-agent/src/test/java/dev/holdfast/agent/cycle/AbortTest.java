package dev.holdfast.agent.cycle;

import static dev.holdfast.agent.cycle.LineHost.outcomes;
import static dev.holdfast.agent.cycle.LineHost.tell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.process.ProcessLock;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cycle is undone on demand, wherever it is. */
class AbortTest {
    private static final String NO_BUNDLE = "sha256:" + "0".repeat(64);

    @TempDir
    Path dir;

    private final CountDownLatch fetching = new CountDownLatch(1);
    private LineHost host;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        host = new LineHost(dir, (_, _) -> {
            fetching.countDown();
            return new Silence();
        });
    }

    @AfterEach
    void end() throws IOException {
        host.close();
    }

    /** A bundle of which nothing comes. */
    private static final class Silence extends InputStream {
        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return read();
        }

        @Override
        public int read() throws IOException {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
            return -1;
        }
    }

    private void abortAt(State state) {
        host.heard.at = reached -> {
            if (reached == state) {
                host.cycles.abort("c-1", "somebody asked for it");
            }
        };
    }

    @ParameterizedTest
    @CsvSource({
        "PREPARING, 0s, ABORTED",
        "HOLDING, 0s, ABORTED",
        "PAUSING, 0s, ABORTED",
        "QUIESCING, 0s, ABORTED",
        "STOPPING, 0s, REVERTED",
        "STARTING, 0s, REVERTED",
        "DELIVERING, 0s, REVERTED",
        "RESUMING, 0s, REVERTED",
        "PROVING, 60s, REVERTED",
    })
    void inEveryState(State state, String prove, State end) throws IOException {
        abortAt(state);
        host.begin("{prove: %s}".formatted(prove));
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(end.wire());
        assertThat(report.getReason()).isEqualTo("it was aborted: somebody asked for it");
        Outcome each = end == State.ABORTED ? Outcome.OUTCOME_RELEASED : Outcome.OUTCOME_KEPT;
        assertThat(host.outcomesOfClients(report)).hasSize(LineHost.CLIENTS).allMatch(each::equals);
        assertThat(host.process().imageVersion()).isEqualTo("v1");
        host.allAreAnsweredBy("v1");
    }

    @Test
    void aHealthyServerOnTrialMayFinishWhatItHasBegun() throws IOException {
        host.begin("{prove: 60s, deadline: 500ms}");
        host.await(State.PROVING);
        Socket owed = host.clients.removeFirst();
        tell(owed, "mute");
        host.allAreAnsweredBy("v2");
        host.cycles.abort("c-1", "");
        CycleReport report = host.report();

        assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_REVERTED);
        assertThat(report.getReason()).isEqualTo("it was aborted");
        assertThat(LineHost.answer(owed)).isEqualTo("reset");
        assertThat(outcomes(report)).containsOnlyOnce(Outcome.OUTCOME_RESET);
        host.allAreAnsweredBy("v1");
    }

    @Test
    void onTheWayBackItChangesNothing() throws IOException {
        host.heard.at = reached -> {
            if (reached == State.STOPPING) {
                throw new AssertionError("a bug");
            }
            if (reached == State.REVERTING) {
                host.cycles.abort("c-1", "too late");
            }
        };
        host.begin("{}");
        CycleReport report = host.report();

        assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_REVERTED);
        assertThat(report.getReason()).isEqualTo("a bug");
        host.allAreAnsweredBy("v1");
    }

    @Test
    void afterTheEndTheEndIsToldAgain() throws IOException {
        host.begin("{}");
        CycleReport report = host.report();
        host.cycles.abort("c-1", "too late");

        assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(host.heard.reports).containsExactly(report, report);
        host.allAreAnsweredBy("v2");
    }

    @Test
    void oneThatWaitsForQuietIsNotWaitedFor() throws IOException {
        Socket owed = host.clients.removeFirst();
        tell(owed, "mute");
        host.allAreAnsweredBy("v1");
        host.begin("{}");
        host.await(State.QUIESCING);
        host.cycles.abort("c-1", "");
        CycleReport report = host.report();

        assertThat(report.getReason()).isEqualTo("it was aborted");
        assertThat(LineHost.ask(owed)).as("it goes on").isEqualTo("v1:hello");
        host.allAreAnsweredBy("v1");
    }

    @Test
    void oneThatWaitsForItsTurnIsNotBegun() throws IOException, InterruptedException {
        try (ProcessLock _ = host.servers.lock("p-1")) {
            host.begin("{}");
            host.cycles.abort("c-1", "");

            assertThat(host.report().getState()).isEqualTo(CycleState.CYCLE_STATE_ABORTED);
        }
        assertThat(host.states).isEmpty();
    }

    @Test
    void aDownloadIsBrokenOff() throws IOException, InterruptedException {
        host.cycles.start("c-1", "p-1", host.image("v2", "{}", NO_BUNDLE));
        fetching.await();
        host.cycles.abort("c-1", "");

        assertThat(host.report().getState()).isEqualTo(CycleState.CYCLE_STATE_ABORTED);
        host.allAreAnsweredBy("v1");
    }

    @Test
    void oneThatIsNotKnownNeverRuns() throws IOException {
        host.cycles.abort("c-1", "changed my mind");
        CycleReport report = host.report();
        assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_ABORTED);
        assertThat(report.getReason()).isEqualTo("it was aborted: changed my mind");

        host.begin("{}");
        host.cycles.start("c-2", "p-1", host.image("v2", "{}"));
        await().atMost(LineHost.SOON).until(() -> host.heard.reports.size() == 2);

        assertThat(host.heard.reports).extracting(CycleReport::getCycleId).containsExactly("c-1", "c-2");
        host.allAreAnsweredBy("v2");
    }
}
