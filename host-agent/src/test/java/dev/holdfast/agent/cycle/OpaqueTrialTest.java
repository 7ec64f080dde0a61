package dev.holdfast.agent.cycle;

import static dev.holdfast.agent.cycle.LineHost.ask;
import static dev.holdfast.agent.cycle.LineHost.tell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.SockDiag;
import dev.holdfast.agent.linux.TcpInfo;
import dev.holdfast.agent.linux.TcpProgress;
import dev.holdfast.proto.agent.v1.ConnectionOutcome;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.Outcome;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new server dies on trial, and nobody knows where its answers end: silence has to tell who has his whole one. */
class OpaqueTrialTest {
    private static final int SIGKILL = 9;
    private static final int LONG_MILLIS = 2_500;

    @TempDir
    Path dir;

    private LineHost host;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        host = LineHost.of(dir);
        host.begin("{prove: 60s}");
        host.await(State.PROVING);
        await("it is watched, and the process table shows it")
                .until(() -> host.process().imageVersion().equals("v2"));
    }

    @AfterEach
    void end() throws IOException {
        host.close();
    }

    @Test
    void whoWasServedJustNowIsTold() throws IOException {
        Socket served = host.clients.removeFirst();
        assertThat(ask(served)).isEqualTo("v2:hello");
        Processes.kill(host.process().pid(), SIGKILL);
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_REVERTED);
        assertThat(LineHost.answer(served)).isEqualTo("reset");
        assertThat(report.getConnectionsList())
                .filteredOn(each -> each.getOutcome() == Outcome.OUTCOME_RESET)
                .singleElement()
                .extracting(ConnectionOutcome::getReason)
                .asString()
                .endsWith("nobody can tell whether it had its whole answer");
        host.allAreAnsweredBy("v1");
    }

    /** What came last nobody has read. */
    @Test
    void whoWasServedLongBeforeIsKeptWithWhatWaits() throws IOException {
        host.allAreAnsweredBy("v2");
        await("all are silent").until(() -> progress().stream().allMatch(OpaqueTrialTest::isSilent));
        host.freezeServer();
        for (Socket client : host.clients) {
            tell(client, "hello");
        }
        Processes.kill(host.process().pid(), SIGKILL);
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_REVERTED);
        assertThat(host.outcomesOfClients(report)).hasSize(LineHost.CLIENTS).containsOnly(Outcome.OUTCOME_KEPT);
        for (Socket client : host.clients) {
            assertThat(LineHost.answer(client)).isEqualTo("v1:hello");
        }
    }

    private List<TcpProgress> progress() {
        return SockDiag.progress(List.of(host.clients.getFirst().getPort()));
    }

    private static boolean isSilent(TcpProgress progress) {
        TcpInfo info = progress.info();
        return Math.min(info.lastDataReceived(), info.lastDataSent()) > LONG_MILLIS;
    }
}
