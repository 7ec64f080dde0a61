package dev.holdfast.agent.cycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.linux.PacketSocket;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections that are looked at when their server is dead. */
@Timeout(60)
class LeftAsleepTest {
    private static final String WARM = "{protocol: line, start: warm}";
    private static final long SILENT_MILLIS = 1_100;

    @TempDir
    Path dir;

    @Test
    void whoAsksThenIsTheNewServers() throws IOException, InterruptedException {
        try (LineHost host = LineHost.of(dir, WARM)) {
            Socket asking = host.clients.removeFirst();
            int port = asking.getPort();
            try (Sockets sockets = new Sockets()) {
                var tap = PacketSocket.open(sockets, List.of(port));
                assumeTrue(tap.isPresent(), "a packet socket needs CAP_NET_RAW");
                tap.get().close();
            }
            for (Socket client : host.clients) {
                answeredInAnotherTick(client);
            }
            answeredInAnotherTick(asking);
            long silentFrom = System.nanoTime();
            await().atMost(LineHost.SOON).until(() -> System.nanoTime() - silentFrom > SILENT_MILLIS * 1_000_000);
            long old = host.process().pid();
            AtomicBoolean standsAtItsExit = new AtomicBoolean();
            host.heard.at = state -> {
                if (state == State.DELIVERING) {
                    standsAtItsExit.set(awaitTracerStop(old));
                    tell(asking);
                }
            };

            host.begin(WARM);
            CycleReport report = host.report();

            assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_DONE);
            assertThat(LineHost.outcomes(report)).contains(Outcome.OUTCOME_KEPT).doesNotContain(Outcome.OUTCOME_RESET);
            assertThat(standsAtItsExit).as("it was left asleep").isTrue();
            assertThat(LineHost.answer(asking)).isEqualTo("v2:hello");
            host.allAreAnsweredBy("v2");
            asking.close();
        }
    }

    private static void answeredInAnotherTick(Socket client) throws IOException {
        LineHost.tell(client, "slow");
        assertThat(LineHost.answer(client)).isEqualTo("v1:slow");
    }

    private static boolean awaitTracerStop(long pid) {
        try {
            await().ignoreExceptions()
                    .until(() ->
                            Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") t "));
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }

    private static void tell(Socket client) {
        try {
            LineHost.tell(client, "hello");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
