package dev.holdfast.agent.cycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.linux.SockDiag;
import dev.holdfast.agent.process.Boot;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.Outcome;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent that ended between writing down that it resets a connection and doing so. */
@Timeout(60)
class CutTest {
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

    /** Whatever that step did, this version does not know how to undo it. */
    @Test
    void aProcessWithAJournalOfALaterVersionIsNotTouched() throws IOException {
        Files.createDirectories(host.journals());
        Path later = host.journals().resolve("c-0.journal");
        Files.writeString(later, "{\"cycleId\":\"c-0\",\"processId\":\"p-1\",\"state\":\"FLYING\"}\n");

        host.cycles.recover();
        host.begin("{}");
        await().until(() -> !host.heard.reports.isEmpty());

        CycleReport report = host.heard.reports.getFirst();
        assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_ABORTED);
        assertThat(report.getReason()).contains("run the version that wrote it");
        assertThat(later).exists();
        host.allAreAnsweredBy("v1");
    }

    @Test
    void isResetByTheNextOneAndReportedSo() throws IOException {
        Socket cut = host.clients.removeFirst();
        long inode = SockDiag.connections(List.of(cut.getPort())).stream()
                .filter(socket -> socket.remote().getPort() == cut.getLocalPort())
                .findFirst()
                .orElseThrow()
                .inode();
        Files.createDirectories(host.journals());
        Journal journal = Journal.of(host.journals(), "c-0");
        journal.append(new Journal.Entry(
                "c-0",
                "p-1",
                host.image("v1", "{}"),
                host.image("v2", "{}"),
                State.QUIESCING,
                "",
                host.process().identity(),
                List.of(host.process().identity()),
                List.of(),
                null,
                false,
                1,
                new Outcomes.Known(Map.of(inode, "it owed an answer"), Set.of(), Map.of()),
                Staying.NOBODY,
                Boot.id()));
        journal.close();

        host.cycles.recover();
        CycleReport report = host.report();

        assertThat(report.getState()).isEqualTo(CycleState.CYCLE_STATE_ABORTED);
        assertThat(LineHost.ask(cut)).isEqualTo("reset");
        assertThat(report.getConnectionsList())
                .filteredOn(each -> each.getPeer().endsWith(":" + cut.getLocalPort()))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.getOutcome()).isEqualTo(Outcome.OUTCOME_RESET);
                    assertThat(each.getReason()).isEqualTo("it owed an answer");
                });
        assertThat(host.outcomesOfClients(report)).hasSize(LineHost.CLIENTS - 1).containsOnly(Outcome.OUTCOME_RELEASED);
        host.allAreAnsweredBy("v1");
    }
}
