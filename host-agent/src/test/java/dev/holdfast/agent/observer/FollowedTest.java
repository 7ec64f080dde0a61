package dev.holdfast.agent.observer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.protocol.Conversations;
import dev.holdfast.agent.protocol.Verdict;
import dev.holdfast.common.manifest.Takeover;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A line is answered by a line. What the tap loses is not passed here. */
class FollowedTest {
    private static final int ACK = 0x10;
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1000);
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 2000);

    private Followed followed = from(Followed.Beginning.OWED);
    private int clientNext = 7_000;
    private int serverNext = Integer.MAX_VALUE - 3;
    private int acknowledged = clientNext;
    /** What had been read before the connection was looked at. */
    private long consumed = 5_000;

    private static Followed from(Followed.Beginning beginning) {
        return new Followed(() -> Conversations.of(Takeover.Protocol.LINE).orElseThrow(), beginning);
    }

    private void asks(String text) {
        followed.fromClient(segment(CLIENT, SERVER, clientNext, serverNext, text), 0);
        clientNext += text.length();
    }

    private void answers(String text) {
        acknowledged = clientNext;
        followed.fromServer(segment(SERVER, CLIENT, serverNext, acknowledged, text));
        serverNext += text.length();
    }

    private void answersUnseen(String text) {
        serverNext += text.length();
    }

    private void acknowledges() {
        acknowledged = clientNext;
        followed.fromServer(segment(SERVER, CLIENT, serverNext, acknowledged, ""));
    }

    private static Segment segment(InetSocketAddress from, InetSocketAddress to, int sequence, int ack, String text) {
        return new Segment(from, to, sequence, ack, ACK, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private Optional<Opinion> opinion(int unread) {
        return followed.opinion(new Reading(consumed, unread, false, true));
    }

    private void reads(int bytes) {
        consumed += bytes;
    }

    private void still() {
        followed.still(new Reading(consumed, 0, false, true), 0);
    }

    private void exchange() {
        asks("ask\n");
        reads(4);
        acknowledges();
        still();
        answers("answer\n");
    }

    @Test
    void thatNothingMoreIsWrittenIsNoAnswerAfterWhichARequestCouldBegin() {
        asks("ask\n");
        acknowledges();
        reads(4);
        followed.fromServer(serverNext, ByteBuffer.allocate(0));

        asks("two\n");
        acknowledges();
        followed.still(new Reading(consumed, 4, false, true), 0);

        assertThat(opinion(4)).map(Opinion::verdict).get().isInstanceOf(Verdict.Owes.class);
    }

    @Test
    void anAnswerThatTheTapLostDoesNotMakeTheNextOnesLate() {
        exchange();
        anAnswerIsLostUntilTwoMore();
    }

    /** Nothing is believed of it after that, and then no more than of one that is followed anew. */
    private void anAnswerIsLostUntilTwoMore() {
        asks("is known\n");
        reads(9);
        answersUnseen("from here on\n");
        exchange();
        assertThat(opinion(0)).map(Opinion::verdict).isNotEqualTo(Optional.of(new Verdict.Clear()));

        exchange();
        exchange();
        assertThat(opinion(0)).contains(new Opinion(new Verdict.Clear(), false));
    }

    @Test
    void whatWasQuietOnceIsCertainUntilSomethingIsLost() {
        exchange();
        exchange();
        assertThat(opinion(0)).contains(new Opinion(new Verdict.Clear(), false));

        followed.confirm();
        exchange();
        assertThat(opinion(0)).contains(new Opinion(new Verdict.Clear(), true));

        anAnswerIsLostUntilTwoMore();
    }

    /** Which of its bytes have been read is not known: it may have been silent in the middle of a request. */
    @Test
    void whatIsNotKnownIsNotConfirmed() {
        followed = from(Followed.Beginning.LIKELY);
        asks("ask\n");
        reads(4);
        answers("answer\n");
        followed.confirm();
        still();
        assertThat(opinion(0)).contains(new Opinion(new Verdict.Clear(), false));
        followed.confirm();
        assertThat(opinion(0)).contains(new Opinion(new Verdict.Clear(), true));
    }

    @Test
    void anAnswerWhoseEndTheTapLostIsNotOwed() {
        exchange();
        asks("more\n");
        reads(5);
        answersUnseen("answer\n");
        assertThat(opinion(0))
                .hasValueSatisfying(opinion -> assertThat(opinion.verdict()).isInstanceOf(Verdict.Owes.class));

        followed.fromClient(segment(CLIENT, SERVER, clientNext, serverNext, ""), 0);
        assertThat(opinion(0)).contains(Reading.UNSEEN);
    }

    @Test
    void anAnswerThatWasWrittenIsNotOwedThoughTheTapLostAllOfIt() {
        exchange();
        asks("more\n");
        reads(5);
        answersUnseen("answer\n");
        followed.fromServer(serverNext, ByteBuffer.allocate(0));
        assertThat(opinion(0)).contains(Reading.UNSEEN);
    }

    @Test
    void theFirstAnswerIsMissedToo() {
        asks("ask\n");
        reads(4);
        acknowledges();
        still();
        answersUnseen("answer\n");
        followed.fromServer(serverNext, ByteBuffer.allocate(0));
        assertThat(opinion(0)).contains(Reading.UNSEEN);
    }

    /** The server may have read the beginning of what waits, and its silence is the pause's doing. */
    @Test
    void whatWaitsBehindSomethingThatWasMissedIsNotSilence() {
        exchange();
        reads(9);
        assertThat(followed.opinion(new Reading(consumed, 5, true, true))).contains(Reading.UNSEEN);
        assertThat(followed.opinion(new Reading(consumed, 5, true, true))).contains(Reading.UNSEEN);
        assertThat(followed.opinion(new Reading(consumed, 0, true, true))).isEmpty();
    }

    @Test
    void whatIsKeptOutBehindSomethingThatWasMissedIsNotSilence() {
        exchange();
        reads(9);
        clientNext += 9;
        acknowledges();
        assertThat(followed.opinion(new Reading(consumed, 0, true, true))).isEmpty();
        asks("kept out\n");
        assertThat(followed.opinion(new Reading(consumed, 0, true, true))).contains(Reading.UNSEEN);
        acknowledges();
        assertThat(followed.opinion(new Reading(consumed, 9, true, true))).contains(Reading.UNSEEN);
    }

    @Test
    void whatIsKeptOutOfTheServerIsNotReadByIt() {
        exchange();
        // Nothing of it reaches the server's kernel, which acknowledges nothing.
        asks("kept out\n");
        assertThat(opinion(0)).contains(new Opinion(new Verdict.Clear(), false));
        assertThat(followed.isKnown()).isTrue();
    }

    @Test
    void anAnswerThatComesASecondTimeIsNotTheNextOne() {
        exchange();
        asks("more\n");
        reads(5);
        acknowledges();
        still();
        serverNext -= "answer\n".length();
        answers("answer\n");
        assertThat(opinion(0))
                .hasValueSatisfying(opinion -> assertThat(opinion.verdict()).isInstanceOf(Verdict.Owes.class));
    }
}
