package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.linux.TcpInfo;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class DebtTest {
    private static final long MONTH_MILLIS = 31L * 24 * 3600 * 1000;

    /** With all that was written acknowledged, unless said otherwise. */
    private record Seen(
            int state, int unacked, int notSent, long sentAgo, long receivedAgo, long received, int unread) {
        static Seen ages(long sentAgo, long receivedAgo) {
            return new Seen(TcpInfo.ESTABLISHED, 0, 0, sentAgo, receivedAgo, 100, 0);
        }

        Seen unread(int bytes) {
            return new Seen(state, unacked, notSent, sentAgo, receivedAgo, received, bytes);
        }

        Seen received(long bytes) {
            return new Seen(state, unacked, notSent, sentAgo, receivedAgo, bytes, unread);
        }

        Seen underway(int segments, int bytes) {
            return new Seen(state, segments, bytes, sentAgo, receivedAgo, received, unread);
        }

        Seen in(int otherState) {
            return new Seen(otherState, unacked, notSent, sentAgo, receivedAgo, received, unread);
        }

        Debt debt() {
            return debt(10);
        }

        Debt debt(int segments) {
            return Debt.of(
                    new TcpInfo(state, unacked, sentAgo, receivedAgo, received, notSent, 50, segments),
                    unread,
                    () -> notSent == 0);
        }

        boolean owed() {
            return Standing.first(debt()).owes();
        }
    }

    @Test
    void whatCameAfterTheLastAnswerIsOwed() {
        assertThat(Seen.ages(20, 10).owed()).isTrue();
        assertThat(Seen.ages(10, 20).owed()).isFalse();
        assertThat(Seen.ages(10, 20).debt().unclear()).isFalse();
    }

    @Test
    void silenceCountsUntilTheServerDied() {
        Debt seen = Seen.ages(5_000, 5_200).debt();

        assertThat(seen.isLongStill()).isTrue();
        assertThat(seen.before(3_900).isLongStill()).isTrue();
        assertThat(seen.before(4_500).isLongStill()).isFalse();
        assertThat(seen.before(4_500).isFresh()).isTrue();
        assertThat(seen.before(6_000).idleMillis()).isZero();
    }

    @Test
    void aRequestAfterAMonthOfSilenceIsOwed() {
        assertThat(Seen.ages(MONTH_MILLIS, 10).owed()).isTrue();
    }

    @Test
    void nothingIsOwedToWhoAskedNothing() {
        assertThat(Seen.ages(10, 10).received(0).owed()).isFalse();
        assertThat(Seen.ages(10, 10).received(5).unread(5).owed())
                .as("what is not read is not the old server's")
                .isFalse();
    }

    @Test
    void anAnswerThatIsUnderwayIsOwed() {
        assertThat(Seen.ages(10, 20).underway(0, 1).owed())
                .as("there may be more to write")
                .isTrue();
        assertThat(Seen.ages(10, 20).underway(1, 0).owed())
                .as("the kernel sees to what was written")
                .isFalse();
        assertThat(Seen.ages(10, 20).received(0).underway(0, 1).owed()).isTrue();
    }

    @Test
    void nothingIsOwedOnADeadConnection() {
        assertThat(Seen.ages(20, 10).underway(1, 1).in(TcpInfo.CLOSE).owed()).isFalse();
        assertThat(Seen.ages(20, 10).in(TcpInfo.CLOSE_WAIT).owed())
                .as("a client that has finished sending still reads")
                .isTrue();
    }

    @Test
    void whereTheAgesDoNotTellTheLastSegmentDoes() {
        Debt unclear = Seen.ages(10, 10).debt();

        assertThat(unclear.unclear()).isTrue();
        assertThat(unclear.with(OptionalInt.of(0)).order()).isEqualTo(Debt.Order.SENT_LAST);
        assertThat(unclear.with(OptionalInt.of(5)).order()).isEqualTo(Debt.Order.RECEIVED_LAST);
        assertThat(unclear.with(OptionalInt.empty())).isEqualTo(unclear);
    }

    @Test
    void theFinOfTheClientIsNoRequest() {
        Debt gone = Seen.ages(10, 10).received(101).in(TcpInfo.CLOSE_WAIT).debt();

        assertThat(gone.consumed()).isEqualTo(100);
        assertThat(gone.with(OptionalInt.of(1)).order()).isEqualTo(Debt.Order.SENT_LAST);
        assertThat(gone.with(OptionalInt.of(2)).order()).isEqualTo(Debt.Order.RECEIVED_LAST);
    }

    @Test
    void aClientPushesWhenSegmentsComeAndNothingElseHappens() {
        Debt before = Seen.ages(20, 10).debt(10);

        assertThat(Seen.ages(25, 15).debt(11).pushedSince(before)).isTrue();
        assertThat(Seen.ages(25, 15).debt(10).pushedSince(before)).isFalse();
        assertThat(Seen.ages(25, 5).received(105).debt(11).pushedSince(before))
                .as("what the server reads was not kept out")
                .isFalse();
        assertThat(Seen.ages(25, 15).underway(1, 0).debt(11).pushedSince(before))
                .as("it may be an acknowledgement")
                .isFalse();
    }

    @Test
    void unreadDataHidesTheOrder() {
        Debt hidden = Seen.ages(20, 10).unread(5).debt();

        assertThat(hidden.order()).isEqualTo(Debt.Order.UNCLEAR);
        assertThat(hidden.unclear()).as("its last segment tells nothing either").isFalse();
    }

    @Test
    void movesWhenItReadsOrWrites() {
        Debt before = Seen.ages(10, 10).debt();

        assertThat(Seen.ages(99, 99).debt().movedSince(before)).isFalse();
        assertThat(Seen.ages(10, 10).received(105).unread(5).debt().movedSince(before))
                .as("what only came")
                .isFalse();
        assertThat(Seen.ages(10, 10).received(105).debt().movedSince(before)).isTrue();
        assertThat(Seen.ages(10, 10).underway(0, 1).debt().movedSince(before)).isTrue();
    }
}
