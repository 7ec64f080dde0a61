package dev.holdfast.acceptance.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.acceptance.load.ClientReport;
import dev.holdfast.acceptance.load.Fault;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.load.Peer;
import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** No connection may be lost in silence: the manager's report must be what the clients saw. */
final class ComparisonTest {
    private static final Upgrade DONE =
            Upgrade.newBuilder().setState(Upgrade.State.STATE_DONE).build();
    private static final Upgrade ABORTED =
            Upgrade.newBuilder().setState(Upgrade.State.STATE_ABORTED).build();
    private static final Fault CLOSED = new Fault(Fault.Kind.CLOSED, "gone");

    @Test
    void agreesWhereBothSayKept() {
        Comparison comparison = Comparison.of(
                clients(client(1, null), client(2, null)), DONE, List.of(outcome(1, "kept"), outcome(2, "kept")));

        assertThat(comparison).isEqualTo(new Comparison(2, List.of()));
    }

    @Test
    void agreesOnALoss() {
        Comparison comparison = Comparison.of(clients(client(1, CLOSED)), DONE, List.of(outcome(1, "reset")));

        assertThat(comparison).isEqualTo(new Comparison(0, List.of()));
    }

    @Test
    void expectsReleasedConnectionsAfterAnAbort() {
        LoadReport one = clients(client(1, null));

        assertThat(Comparison.of(one, ABORTED, List.of(outcome(1, "released"))).kept())
                .isEqualTo(1);
        assertThat(Comparison.of(one, ABORTED, List.of(outcome(1, "kept"))).disagreements())
                .hasSize(1);
    }

    @Test
    void seesASilentLoss() {
        Comparison comparison = Comparison.of(clients(client(1, CLOSED)), DONE, List.of(outcome(1, "kept")));

        assertThat(comparison.disagreements()).singleElement().asString().contains("CLOSED", "says: kept");
    }

    @Test
    void seesAConnectionThatIsNotReported() {
        Comparison comparison = Comparison.of(clients(client(1, null)), DONE, List.of());

        assertThat(comparison.kept()).isZero();
        assertThat(comparison.disagreements()).singleElement().asString().contains("not reported");
    }

    @Test
    void seesAConnectionThatIsReportedTwice() {
        Comparison comparison =
                Comparison.of(clients(client(1, null)), DONE, List.of(outcome(1, "released"), outcome(1, "kept")));

        assertThat(comparison.disagreements()).singleElement().asString().contains("twice");
    }

    private static LoadReport clients(ClientReport... reports) {
        return new LoadReport(List.of(reports));
    }

    private static ClientReport client(int port, @Nullable Fault fault) {
        return new ClientReport(
                "client", Peer.parse("127.0.0.1:" + port), 1, 1, List.of(), Map.of("A", 1L), 0, fault, null, List.of());
    }

    private static ConnectionOutcome outcome(int port, String outcome) {
        return ConnectionOutcome.newBuilder()
                .setPeer("127.0.0.1:" + port)
                .setOutcome(outcome)
                .build();
    }
}
