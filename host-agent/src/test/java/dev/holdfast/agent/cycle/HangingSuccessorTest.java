package dev.holdfast.agent.cycle;

import static dev.holdfast.agent.cycle.LineHost.answer;
import static dev.holdfast.agent.cycle.LineHost.tell;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.agent.v1.ConnectionOutcome;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new server hangs in the middle of an answer, before it has all connections: its silence since then tells nothing. */
class HangingSuccessorTest {
    @TempDir
    Path dir;

    private LineHost host;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        host = LineHost.of(dir);
    }

    @AfterEach
    void end() throws IOException {
        host.close();
    }

    @Test
    void whoHasHalfOfAnAnswerIsNotKept() throws IOException {
        Socket half = host.clients.removeFirst();
        host.heard.at = state -> {
            if (state == State.STARTING) {
                tellHalf(half);
            }
        };
        host.begin("{}");
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_REVERTED);
        assertThat(report.getReason()).contains("accepted no more");
        assertThat(answer(half)).isEqualTo("reset");
        assertThat(report.getConnectionsList())
                .filteredOn(each -> each.getOutcome() == Outcome.OUTCOME_RESET)
                .singleElement()
                .extracting(ConnectionOutcome::getReason)
                .asString()
                .endsWith("nobody can tell whether it had its whole answer");
        host.allAreAnsweredBy("v1");
    }

    private static void tellHalf(Socket client) {
        try {
            tell(client, "half");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
