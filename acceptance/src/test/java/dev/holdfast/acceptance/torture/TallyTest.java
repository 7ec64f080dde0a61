package dev.holdfast.acceptance.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.acceptance.load.ClientReport;
import dev.holdfast.acceptance.load.Fault;
import dev.holdfast.acceptance.load.Peer;
import dev.holdfast.acceptance.load.Wrong;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever a client saw is counted, as what it is. */
final class TallyTest {
    private static final Fault RESET = new Fault(Fault.Kind.RESET, "reset by peer");
    private static final Fault HANGING = new Fault(Fault.Kind.HANGING, "no answer");

    private final Tally tally = new Tally();

    @Test
    void nothingIsWrongWithAClientThatWasAnswered() {
        assertThat(tally.client(client(3, 3, null), Excuse.NONE)).isTrue();

        TortureResult result = tally.result("shop", 7);
        assertThat(result.good()).isTrue();
        assertThat(result.requests()).isEqualTo(3);
    }

    @Test
    void aConnectionThatEndedIsLost() {
        assertThat(tally.client(client(3, 2, RESET), Excuse.NONE)).isFalse();

        assertThat(tally.result("shop", 7).lost()).isEqualTo(1);
    }

    @Test
    void aConnectionThatEndedIsExcusedOnlyWhenAnAnswerWasOwed() {
        assertThat(tally.client(client(3, 2, RESET), Excuse.OWED)).isTrue();
        assertThat(tally.client(client(3, 3, RESET), Excuse.OWED)).isFalse();

        TortureResult result = tally.result("shop", 7);
        assertThat(result.resetOwed()).isEqualTo(1);
        assertThat(result.lost()).isEqualTo(1);
    }

    @Test
    void oneThatNobodyCouldTellAnythingOfIsCountedApart() {
        assertThat(tally.client(client(3, 2, RESET), Excuse.IN_DOUBT)).isTrue();
        assertThat(tally.client(client(3, 3, RESET), Excuse.IN_DOUBT)).isTrue();

        TortureResult result = tally.result("shop", 7);
        assertThat(List.of(result.resetOwed(), result.resetInDoubt(), result.lost()))
                .containsExactly(1L, 1L, 0L);
    }

    @Test
    void doubtExcusesOnlyWhereSomebodyWasKilled() {
        String reported = "reset, the new server had its request; nobody can tell whether it had its whole answer";

        assertThat(Excuse.of(reported, 1)).isEqualTo(Excuse.IN_DOUBT);
        assertThat(Excuse.of(reported, 0)).isEqualTo(Excuse.OWED);
        assertThat(Excuse.of("kept", 1)).isEqualTo(Excuse.NONE);
    }

    @Test
    void aHangingConnectionIsNotExcusedByAReport() {
        assertThat(tally.client(client(3, 2, HANGING), Excuse.OWED)).isFalse();

        assertThat(tally.result("shop", 7).hanging()).isEqualTo(1);
    }

    @Test
    void wrongAnswersAreCountedByTheirKind() {
        assertThat(tally.client(
                        client(6, 6, null, Wrong.Kind.DOUBLED, Wrong.Kind.DOUBLED, Wrong.Kind.REORDERED), Excuse.NONE))
                .isFalse();
        assertThat(tally.client(client(6, 6, null, Wrong.Kind.OTHER), Excuse.NONE))
                .isFalse();
        tally.disagree(4);

        TortureResult result = tally.result("shop", 7);
        assertThat(List.of(result.doubled(), result.reordered(), result.lost(), result.disagreements()))
                .containsExactly(2L, 1L, 1L, 4L);
        assertThat(result.good()).isFalse();
    }

    @Test
    void theJsonNamesWhatIsAskedOfIt() {
        tally.upgrade(Upgrade.newBuilder().setState(Upgrade.State.STATE_DONE).build(), 0);
        tally.upgrade(Upgrade.newBuilder().setState(Upgrade.State.STATE_DONE).build(), 0);
        tally.upgrade(Upgrade.newBuilder().setState(Upgrade.State.STATE_ABORTED).build(), 2);

        assertThat(tally.result("shop", 7).json().replaceAll("\\s", ""))
                .isEqualTo("{\"server\":\"shop\",\"seed\":7,\"requests\":0,\"lost\":0,\"doubled\":0,\"reordered\":0,"
                        + "\"hanging\":0,\"disagreements\":0,\"reset_owed\":0,\"reset_in_doubt\":0,\"faults\":2,"
                        + "\"upgrades\":{\"aborted\":1,\"done\":2}}");
    }

    private static ClientReport client(long sent, long answered, @Nullable Fault fault, Wrong.Kind... wrong) {
        return new ClientReport(
                "busy",
                Peer.parse("127.0.0.1:1"),
                sent,
                answered,
                Stream.of(wrong).map(kind -> new Wrong(kind, "wrong")).toList(),
                Map.of("A", answered),
                0,
                fault,
                null,
                List.of());
    }
}
