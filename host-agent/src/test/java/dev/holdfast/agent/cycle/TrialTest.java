package dev.holdfast.agent.cycle;

import static dev.holdfast.agent.cycle.LineHost.ask;
import static dev.holdfast.agent.cycle.LineHost.tell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.linux.Processes;
import dev.holdfast.proto.agent.v1.ConnectionOutcome;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.Outcome;
import dev.holdfast.proto.agent.v1.StepTime;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new server that serves is on trial. */
class TrialTest {
    private static final int SIGKILL = 9;

    @TempDir
    Path dir;

    private LineHost host;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        host = LineHost.of(dir, "{protocol: line}");
    }

    @AfterEach
    void end() throws IOException {
        host.close();
    }

    @Test
    void oneThatStandsItStays() throws IOException {
        host.begin("{prove: 500ms}");
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(host.outcomesOfClients(report)).hasSize(LineHost.CLIENTS).containsOnly(Outcome.OUTCOME_KEPT);
        assertThat(report.getStepsList()).extracting(StepTime::getStep).endsWith("resuming", "proving");
        assertThat(report.getConnectionsList()).allMatch(ConnectionOutcome::hasPaused);
        host.allAreAnsweredBy("v2");
    }

    @Test
    void oneThatDiesIsReplacedAndOnlyWhatItOwedIsReset() throws IOException {
        host.begin("{prove: 60s}");
        host.await(State.PROVING);
        await("it is watched, and the process table shows it")
                .until(() -> host.process().imageVersion().equals("v2"));
        host.allAreAnsweredBy("v2");
        Socket newcomer = host.connect();
        assertThat(ask(newcomer)).isEqualTo("v2:hello");
        Socket owed = host.clients.removeFirst();
        Socket culprit = host.clients.removeFirst();
        tell(owed, "mute");
        host.allAreAnsweredBy("v2");
        tell(culprit, "exit");
        CycleReport report = host.report();

        assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_REVERTED);
        assertThat(report.getReason())
                .contains("lines:v2 exited with status 3 while it was on trial")
                .contains("a bug in v2");
        assertThat(LineHost.answer(owed)).isEqualTo("reset");
        assertThat(LineHost.answer(culprit)).isEqualTo("reset");
        host.clients.add(newcomer);
        host.allAreAnsweredBy("v1");
        assertThat(report.getConnectionsList())
                .filteredOn(each -> each.getOutcome() == Outcome.OUTCOME_RESET)
                .hasSize(2)
                .allMatch(each -> each.getReason().contains("had its request when it was given up"));
        assertThat(report.getConnectionsList())
                .filteredOn(each -> each.getOutcome() == Outcome.OUTCOME_KEPT)
                .extracting(ConnectionOutcome::getPeer)
                .hasSize(LineHost.CLIENTS - 1)
                .contains("127.0.0.1:" + newcomer.getLocalPort());
    }

    /** It is killed between two requests, one of which nobody has read. */
    @Test
    void aRequestThatOnlyWaitsIsAnsweredByTheOldImage() throws IOException {
        host.begin("{prove: 60s}");
        host.await(State.PROVING);
        await("the process table shows it")
                .until(() -> host.process().imageVersion().equals("v2"));
        host.allAreAnsweredBy("v2");
        int pid = host.process().pid();
        host.freezeServer();
        for (Socket client : host.clients) {
            tell(client, "hello");
        }
        Processes.kill(pid, SIGKILL);
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_REVERTED);
        assertThat(host.outcomesOfClients(report)).hasSize(LineHost.CLIENTS).containsOnly(Outcome.OUTCOME_KEPT);
        for (Socket client : host.clients) {
            assertThat(LineHost.answer(client)).isEqualTo("v1:hello");
        }
    }

    @Test
    void oneThatIsKilledIsReplacedToo() throws IOException {
        host.begin("{prove: 60s}");
        host.await(State.PROVING);
        host.allAreAnsweredBy("v2");
        await("the process table shows it")
                .until(() -> host.process().imageVersion().equals("v2"));
        Processes.kill(host.process().pid(), SIGKILL);
        CycleReport report = host.report();

        assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_REVERTED);
        assertThat(report.getReason()).contains("was killed by signal 9");
        assertThat(host.outcomesOfClients(report)).hasSize(LineHost.CLIENTS).containsOnly(Outcome.OUTCOME_KEPT);
        assertThat(host.process().imageVersion()).isEqualTo("v1");
        host.allAreAnsweredBy("v1");
    }

    @Test
    void oneThatHangsIsReplaced() throws IOException {
        host.begin("{prove: 1s, deadline: 300ms}");
        host.await(State.PROVING);
        Socket culprit = host.clients.removeFirst();
        tell(culprit, "hang");
        CycleReport report = host.report();

        assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_REVERTED);
        assertThat(report.getReason()).contains("was not ready any more, 3 checks in a row: it accepted no connection");
        assertThat(LineHost.answer(culprit)).isEqualTo("reset");
        host.allAreAnsweredBy("v1");
    }

    @Test
    void whatItClosesIsClosedAtOnce() throws IOException {
        host.begin("{prove: 60s}");
        host.await(State.PROVING);
        Socket leaving = host.clients.removeFirst();
        tell(leaving, "close");

        assertThat(LineHost.answer(leaving)).isEqualTo("closed");
        assertThat(host.heard.reports).as("it is on trial still").isEmpty();
        host.cycles.abort("c-1", "enough");
        CycleReport report = host.report();
        assertThat(report.getConnectionsList())
                .filteredOn(each -> each.getOutcome() == Outcome.OUTCOME_RELEASED)
                .singleElement()
                .matches(each -> each.getPeer().equals("127.0.0.1:" + leaving.getLocalPort()));
        host.allAreAnsweredBy("v1");
    }
}
