package dev.holdfast.acceptance.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.acceptance.load.ClientReport;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.load.Peer;
import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.trial.Comparison;
import dev.holdfast.acceptance.trial.Trial;
import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.Port;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.awaitility.Awaitility;

/** What there is after an upgrade in whose midst an agent ended. */
record Aftermath(Installation installation, String host, Trial trial, Upgrade upgrade) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Who lost the connection was told so, and had been waiting for an answer. */
    void isAgreedOn(LoadReport report) {
        List<ConnectionOutcome> outcomes = installation.admin().outcomes(upgrade.getId());
        assertThat(Comparison.of(report, upgrade, outcomes).disagreements())
                .as(installation::logs)
                .isEmpty();
        assertThat(report.wrong()).isZero();
        assertThat(report.clients())
                .filteredOn(client -> !client.kept())
                .as(() -> outcomes.stream()
                                .filter(each -> !each.getReason().isEmpty())
                                .toList()
                        + installation.logs())
                .allMatch(
                        client -> client.sent() > client.answered() || inDoubt(outcomes, client),
                        "awaited an answer, or nobody could tell")
                .extracting(ClientReport::fault)
                .allMatch(lost -> Objects.requireNonNull(lost).toString().contains("reset"));
    }

    private static boolean inDoubt(List<ConnectionOutcome> outcomes, ClientReport client) {
        return outcomes.stream()
                .filter(each -> Peer.parse(each.getPeer()).equals(client.local()))
                .anyMatch(each -> each.getReason().contains("nobody can tell"));
    }

    /** Nothing stays behind but the one server. */
    void isTidy() {
        Path data = installation.directoryOf(host);
        Awaitility.await("the report is acknowledged")
                .atMost(PATIENCE)
                .until(() -> Traces.files(data.resolve("reports")).isEmpty());
        Awaitility.await("the next agent has tidied up")
                .atMost(PATIENCE)
                .until(() -> Traces.files(data.resolve("cycles")).isEmpty());
        assertThat(Traces.parkings(upgrade.getCycles(0).getId())).isEmpty();
        assertThat(Traces.shells(data)).isEmpty();
        Process process = Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        trial::process,
                        now -> now.getPortsCount() == 1
                                && ProcessHandle.of(now.getPid()).isPresent());
        Port port = process.getPorts(0);
        Set<Long> server = Traces.server(process.getPid());
        assertThat(Traces.holders(String.valueOf(port.getInode())))
                .as("whoever listens is the one server")
                .isNotEmpty()
                .isSubsetOf(server);
    }
}
