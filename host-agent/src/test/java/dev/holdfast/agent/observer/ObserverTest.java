package dev.holdfast.agent.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.linux.Loopback;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.TcpInfo;
import dev.holdfast.agent.protocol.Conversations;
import dev.holdfast.agent.protocol.Verdict;
import dev.holdfast.common.manifest.Takeover;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A line is answered by a line, over real connections. */
class ObserverTest {
    private static final int MORE_THAN_A_TAP_HOLDS = 48 << 20;

    private final Loopback pair = new Loopback();
    private Observer observer;
    private boolean silent;

    @BeforeEach
    void open() {
        Optional<Observer> opened = Observer.open(
                pair.sockets,
                Set.of(pair.address.getPort()),
                () -> Conversations.of(Takeover.Protocol.LINE).orElseThrow());
        Assumptions.assumeTrue(opened.isPresent(), "packet sockets need CAP_NET_RAW");
        observer = opened.get();
    }

    @AfterEach
    void close() {
        observer.close();
        pair.close();
    }

    private Flow flow() {
        return new Flow(pair.address, pair.local(pair.client));
    }

    private Reading reading() {
        TcpInfo info = pair.sockets.tcpInfo(pair.server);
        int unread = pair.sockets.unread(pair.server);
        return new Reading(info.bytesReceived() - unread, unread, silent, info.unacked() == 0);
    }

    /** As the quiesce asks. */
    private Optional<Opinion> opinion() {
        observer.catchUp();
        return observer.opinion(flow(), observer.ask(flow(), this::reading, reading -> reading));
    }

    private void found(boolean owed, boolean silent) {
        observer.found(flow(), owed, silent, reading().consumed());
        observer.begin();
    }

    private void awaitOpinion(Verdict verdict, boolean certain) {
        await().untilAsserted(() -> assertThat(opinion()).contains(new Opinion(verdict, certain)));
    }

    @Test
    void followsWhatWasSilent() {
        found(false, true);
        assertThat(opinion()).isEmpty();

        Loopback.send(pair.client, "how\nare\nyo");
        // Nobody has read it: it is not begun.
        await().untilAsserted(() -> assertThat(opinion()).map(Opinion::verdict).contains(new Verdict.Clear()));
        assertThat(Loopback.receive(pair.server, 4)).isEqualTo("how\n");
        awaitOwed();
        Loopback.send(pair.server, "fine\n");
        awaitOpinion(new Verdict.Clear(), true);
        assertThat(Loopback.receive(pair.server, 2)).isEqualTo("ar");
        awaitOwed();
        assertThat(Loopback.receive(pair.server, 2)).isEqualTo("e\n");
        Loopback.send(pair.server, "hal");
        awaitOwed();
        Loopback.send(pair.server, "f\n");
        awaitOpinion(new Verdict.Clear(), true);
    }

    private void awaitOwed() {
        await().untilAsserted(() -> assertThat(opinion())
                .hasValueSatisfying(opinion -> assertThat(opinion.verdict()).isInstanceOf(Verdict.Owes.class)));
    }

    /** It is at the beginning of something, as far as anybody can tell; that it is silent does not say that it is idle. */
    @Test
    void whatWasReadAndDidNotPassWasMissed() {
        observer.found(flow(), false, false, reading().consumed() - 3);
        observer.begin();
        assertThat(opinion()).contains(Reading.UNSEEN);
        silent = true;
        assertThat(opinion()).isEmpty();
    }

    /**
     * The kernel's count is not put together with the wire's while the last that the client sent may have been lost: the
     * request of which nothing passed would be taken for the one before it, which was answered.
     */
    @Test
    void aRequestOfWhichTheTapLostEverythingIsOwed() {
        found(false, false);
        Loopback.send(pair.client, "one\n");
        assertThat(Loopback.receive(pair.server, 10)).isEqualTo("one\n");
        Loopback.send(pair.server, "1\n");
        await().until(() -> pair.sockets.tcpInfo(pair.server).unacked() == 0);
        observer.catchUp();

        fillTheTap();
        Loopback.send(pair.client, "two\n");
        assertThat(Loopback.receive(pair.server, 10)).isEqualTo("two\n");
        await().until(() -> pair.sockets.tcpInfo(pair.client).unacked() == 0);
        awaitOwed();
        assertThat(observer.knows(flow())).isFalse();

        Loopback.send(pair.server, "2\n");
        Loopback.send(pair.client, "three\n");
        assertThat(Loopback.receive(pair.server, 10)).isEqualTo("three\n");
        awaitOwed();
        Loopback.send(pair.server, "3\n");
        Loopback.send(pair.client, "four\n");
        assertThat(Loopback.receive(pair.server, 10)).isEqualTo("four\n");
        awaitOwed();
        Loopback.send(pair.server, "4\n");
        awaitOpinion(new Verdict.Clear(), false);
    }

    private void fillTheTap() {
        String much = "x".repeat(50_000);
        try (OwnedFd client = pair.sockets.socket(SocketAddresses.AF_INET, Sockets.SOCK_STREAM)) {
            pair.sockets.connect(client, pair.address);
            try (OwnedFd server = pair.sockets.accept(pair.listener).orElseThrow()) {
                for (int sent = 0; sent < MORE_THAN_A_TAP_HOLDS; sent += much.length()) {
                    Loopback.send(client, much);
                    for (int got = 0; got < much.length(); ) {
                        got += Loopback.receive(server, much.length() - got).length();
                    }
                }
            }
        }
    }

    @Test
    void theRestOfAnOlderAnswerIsOwed() {
        found(false, false);
        Loopback.send(pair.server, "the rest of an old");
        awaitOwed();
        assertThat(observer.knows(flow())).isFalse();
        Loopback.send(pair.server, " answer\n");
        // It may have begun something else before it was looked at: silence or a request will tell.
        awaitOwed();
        silent = true;
        await().untilAsserted(() -> assertThat(opinion()).isEmpty());
        silent = false;
        Loopback.send(pair.client, "next\n");
        assertThat(Loopback.receive(pair.server, 10)).isEqualTo("next\n");
        Loopback.send(pair.server, "yes\n");
        awaitOpinion(new Verdict.Clear(), false);
    }

    @Test
    void whatOwedAtTheBeginningIsBegunAgainWhenItHasAnswered() {
        Loopback.send(pair.client, "first\nsecond\n");
        assertThat(Loopback.receive(pair.server, 6)).isEqualTo("first\n");
        found(true, false);
        assertThat(Loopback.receive(pair.server, 10)).isEqualTo("second\n");
        Loopback.send(pair.client, "third\n");
        Loopback.send(pair.server, "1\n");
        // As far as the wire shows the third one is answered; it is not known that it is not.
        await().until(() -> pair.sockets.unread(pair.server) == 6);
        opinion();
        assertThat(observer.knows(flow())).isFalse();

        assertThat(Loopback.receive(pair.server, 10)).isEqualTo("third\n");
        Loopback.send(pair.server, "2\n3\n");
        await().until(() -> pair.sockets.tcpInfo(pair.server).unacked() == 0);
        awaitOwed();
        Loopback.send(pair.client, "fourth\n");
        await().until(() -> {
            opinion();
            return observer.knows(flow());
        });
        assertThat(Loopback.receive(pair.server, 10)).isEqualTo("fourth\n");
        awaitOwed();
        Loopback.send(pair.server, "4\n");
        awaitOpinion(new Verdict.Clear(), false);
    }

    @Test
    void aNewConnectionIsKnownFromItsBeginning() {
        observer.begin();
        try (var client = pair.sockets.socket(SocketAddresses.AF_INET, Sockets.SOCK_STREAM)) {
            pair.sockets.connect(client, pair.address);
            InetSocketAddress local = Objects.requireNonNull(pair.sockets.localAddress(client));
            await().until(() -> {
                observer.catchUp();
                return observer.knows(new Flow(pair.address, local));
            });
            assertThat(observer.opinion(new Flow(pair.address, local), new Reading(0, 0, false, true)))
                    .contains(new Opinion(new Verdict.Clear(), true));
        }
    }
}
