package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.takeover.Debt.Order;
import org.junit.jupiter.api.Test;

class StandingTest {
    private static Debt debt(long consumed, long sent, int unread, Order order) {
        return new Debt(consumed, sent, unread, true, true, true, false, order, 0, 10, 10);
    }

    private static final Standing ANSWERED = Standing.first(debt(100, 50, 0, Order.SENT_LAST));
    private static final Standing ASKED = Standing.first(debt(100, 50, 0, Order.RECEIVED_LAST));

    @Test
    void oneLookIsEnoughWhereTheOrderIsClear() {
        assertThat(ANSWERED.owes()).isFalse();
        assertThat(ASKED.owes()).isTrue();
    }

    @Test
    void theRestOfARequestThatTheServerHasBegunToReadKeepsItOwed() {
        assertThat(ASKED.next(debt(100, 50, 500, Order.UNCLEAR)).owes()).isTrue();
    }

    @Test
    void anotherRequestThatWaitsIsNotOwedByAServerThatHasAnswered() {
        assertThat(ANSWERED.next(debt(100, 50, 500, Order.UNCLEAR)).owes()).isFalse();
    }

    @Test
    void whatWaitsAtTheFirstLookMayBeTheRestOfARequest() {
        assertThat(Standing.first(debt(100, 50, 500, Order.UNCLEAR)).owes()).isTrue();
        assertThat(Standing.first(debt(0, 0, 500, Order.UNCLEAR)).owes())
                .as("nothing of it was read")
                .isFalse();
    }

    @Test
    void whatIsUnclearAtTheFirstLookIsOwedUntilMoreIsKnown() {
        Standing unclear = Standing.first(debt(100, 50, 0, Order.UNCLEAR));
        assertThat(unclear.owes()).isTrue();
        assertThat(unclear.isSure()).isFalse();

        assertThat(unclear.next(debt(140, 90, 0, Order.UNCLEAR)).owes())
                .as("what was kept out has come in and was answered")
                .isFalse();

        Debt later = new Debt(100, 50, 0, true, true, true, false, Order.UNCLEAR, 0, 1_000, 1_000);
        assertThat(unclear.isLongStill()).isFalse();
        assertThat(unclear.next(later).isLongStill()).isTrue();
    }

    @Test
    void aReadIsADebtAndAWritePaysIt() {
        Standing reading = ANSWERED.next(debt(150, 50, 20, Order.UNCLEAR));
        assertThat(reading.owes()).isTrue();
        assertThat(reading.next(debt(150, 90, 20, Order.UNCLEAR)).owes()).isFalse();
    }

    @Test
    void aReadAndAWriteBetweenTwoLooksLeaveItAsItWas() {
        assertThat(ASKED.next(debt(200, 90, 0, Order.UNCLEAR)).owes())
                .as("an answer, and one more request at once")
                .isTrue();
        assertThat(ANSWERED.next(debt(200, 90, 0, Order.UNCLEAR)).owes())
                .as("a request and its answer")
                .isFalse();
    }

    @Test
    void whatWaitedIsAnsweredWhenItWasReadAndSomethingWasWritten() {
        Standing waiting = Standing.first(debt(100, 50, 40, Order.UNCLEAR));

        assertThat(waiting.owes()).isTrue();
        assertThat(waiting.next(debt(140, 90, 0, Order.UNCLEAR)).owes()).isFalse();
    }

    @Test
    void whatWaitsBehindAnAnswerMayBeTheRestOfWhatWasReadAfterIt() {
        Standing reading = Standing.first(debt(100, 50, 40, Order.UNCLEAR));

        assertThat(reading.next(debt(150, 90, 30, Order.UNCLEAR)).owes()).isTrue();
    }

    @Test
    void aRequestThatCameBeforeTheLastAnswerIsOwedOnceItIsRead() {
        Standing waiting = ANSWERED.next(debt(100, 50, 40, Order.UNCLEAR));

        assertThat(waiting.next(debt(140, 50, 0, Order.SENT_LAST)).owes()).isTrue();
    }

    @Test
    void isSureWhereTheKernelTells() {
        assertThat(ASKED.isSure()).isTrue();
        assertThat(ASKED.next(debt(200, 90, 0, Order.UNCLEAR)).isSure()).isFalse();
        assertThat(ANSWERED.isSure()).isFalse();
    }

    @Test
    void anAnswerThatIsUnderwayIsOwed() {
        assertThat(Standing.first(new Debt(100, 50, 0, false, false, true, false, Order.SENT_LAST, 0, 10, 10))
                        .owes())
                .isTrue();
    }

    @Test
    void nothingIsOwedOnADeadConnection() {
        assertThat(ASKED.next(new Debt(100, 50, 0, false, true, false, false, Order.RECEIVED_LAST, 0, 10, 10))
                        .owes())
                .isFalse();
    }
}
