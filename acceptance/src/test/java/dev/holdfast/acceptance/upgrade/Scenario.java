package dev.holdfast.acceptance.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.acceptance.load.Load;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.load.Newcomers;
import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.Listen;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.server.ServerImage;
import dev.holdfast.acceptance.trial.Comparison;
import dev.holdfast.acceptance.trial.Trial;
import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.Port;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/**
 * The main case: a server with many clients is upgraded, and nobody notices. A third of the clients sends requests all
 * the time, a third sends one while the server is being swapped, a third is idle, and others come and go.
 */
record Scenario(Installation installation, String host, RealServer server, int connections) {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    void isNotNoticed(Listen listen) throws Exception {
        isNotNoticed(listen, image -> image);
    }

    void isNotNoticed(Listen listen, UnaryOperator<ServerImage> change) throws Exception {
        assumeTrue(server.missing().isEmpty(), () -> server.missing().orElse(""));
        try (Trial trial = Trial.start(installation, host, server, listen, change);
                Load load = trial.connect(connections);
                Newcomers newcomers =
                        Newcomers.start(listen.socketAddress(), server.protocol(), 3, Duration.ofMillis(20))) {
            load.start(client -> client % 3 == 0, server.requestsPerSecond() / 2);
            Process before = awaitConnections(trial);

            Upgrade upgrade = trial.upgrade(event -> sendInMidSwap(event, load));

            assertThat(upgrade.getState())
                    .as(() -> upgrade + installation.logs())
                    .isEqualTo(Upgrade.State.STATE_DONE);
            assertServed(newcomers.finish(PATIENCE));
            LoadReport report = load.finish(PATIENCE);
            assertThat(report.complaints()).isEmpty();
            assertThat(report.wrong()).isZero();
            assertThat(report.kept()).isEqualTo(connections);
            assertThat(report.answeredBy(trial.from().version(), trial.to().version()))
                    .isEqualTo(connections);
            assertReported(report, upgrade, trial.to());
            assertSamePort(before, trial);
            assertFreshClientsAreServed(trial);
        }
    }

    /** By now every socket is paused, and the old server is about to be stopped. */
    private static void sendInMidSwap(UpgradeEvent event, Load load) {
        if (event.getState().equals("quiescing")) {
            load.ask(client -> client % 3 == 1);
        }
    }

    private Process awaitConnections(Trial trial) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        trial::process,
                        process -> process.getPortsList().stream()
                                        .mapToInt(Port::getConnections)
                                        .sum()
                                >= connections);
    }

    private static void assertServed(LoadReport newcomers) {
        assertThat(newcomers.complaints()).isEmpty();
        assertThat(newcomers.answered()).isEqualTo(newcomers.connections()).isPositive();
    }

    private void assertReported(LoadReport report, Upgrade upgrade, ServerImage to) {
        List<ConnectionOutcome> outcomes = installation.admin().outcomes(upgrade.getId());
        Comparison comparison = Comparison.of(report, upgrade, outcomes);
        assertThat(comparison.disagreements()).isEmpty();
        assertThat(comparison.kept()).isEqualTo(connections);
        assertThat(upgrade.getTotals().getReset()).isZero();
        // A client whose data was kept out sends it again after 200 ms: a new server that was warm may be there before.
        if (!to.manifest().yaml().contains("warm")) {
            assertThat(outcomes)
                    .as("requests that waited for the new server")
                    .filteredOn(outcome -> outcome.getBytesWaiting() > 0)
                    .isNotEmpty();
        }
    }

    private static void assertSamePort(Process before, Trial trial) {
        Process after = Awaitility.await()
                .atMost(PATIENCE)
                .until(trial::process, process -> process.getPid() != before.getPid());
        assertThat(after.getState()).isEqualTo(Process.State.STATE_RUNNING);
        assertThat(after.getImageVersion()).isEqualTo(trial.to().version());
        assertThat(after.getPortsList())
                .extracting(Port::getInode)
                .isEqualTo(before.getPortsList().stream().map(Port::getInode).toList());
    }

    private static void assertFreshClientsAreServed(Trial trial) throws Exception {
        try (Load fresh = trial.connect(20)) {
            LoadReport report = fresh.finish(PATIENCE);
            assertThat(report.complaints()).isEmpty();
            assertThat(report.answeredBy(trial.to().version())).isEqualTo(20);
        }
    }
}
