package dev.holdfast.agent.protocol;

import dev.holdfast.common.manifest.Takeover;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections that are followed from the middle of something, though nothing seemed to be owed. */
class Http1MidwayTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String EMPTY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private static Talk talk() {
        return Talk.of(Takeover.Protocol.HTTP1);
    }

    @Test
    void theRestOfAnAnswerEndsWithItsLastChunk() {
        talk().server("6\r\nstream\r\n")
                .owes("the rest of an answer")
                .server("0\r\n\r\n")
                .clear()
                .client(GET)
                .owes("an answer")
                .server(EMPTY)
                .clear();
        talk().server("0\r\n\r\n").clear();
        talk().server("0\r\n\r\n" + "more").owes("the rest of an answer");
    }

    @Test
    void theRestOfAnAnswerHasEndedWhenTheNextOneBegins() {
        talk().server("data")
                .owes("the rest of an answer")
                .client(GET)
                .server("more data")
                .owes("the rest of an answer");
        talk().server("data").client(GET).server(EMPTY).clear();
    }

    @Test
    void aPipelinedRequestWaitsBehindTheRestOfAnAnswer() {
        talk().client(GET)
                .server("6\r\nstream\r\n0\r\n\r\n")
                .owes("an answer")
                .server(EMPTY)
                .clear();
    }

    @Test
    void anAnswerThatNobodyAskedForIsFollowedToItsEnd() {
        talk().server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell")
                .owes("the rest of an answer")
                .server("o")
                .clear();
        talk().server("HTTP/1.1 100 Continue\r\n\r\n")
                .owes("the rest of a request")
                .client("the body")
                .owes("the rest of a request")
                .server(EMPTY)
                .clear();
    }

    @Test
    void anAnswerToAnUnseenRequestMayBeOneToHead() {
        talk().server("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")
                .owes("the rest of an answer")
                .client(GET)
                .server(EMPTY)
                .unknown();
    }

    @Test
    void theRestOfARequestIsOwedUntilItIsAnswered() {
        talk().client("the rest of an upload\r\n")
                .owes("the rest of a request")
                .whenRead(0, new Verdict.Owes("the rest of a request"))
                .client("and more")
                .server("HTTP/1.1 100 Continue\r\n\r\n")
                .owes("the rest of a request")
                .server(EMPTY)
                .clear()
                .client(GET)
                .owes("an answer");
    }

    @ParameterizedTest
    @CsvSource({
        "true, 8182aabbccdd, a WebSocket",
        "true, c1fe, a WebSocket",
        "true, 89800000, a WebSocket",
        "false, 8105, a WebSocket",
        "true, 170303001122, TLS",
        "false, 160303003002, TLS",
        "true, 000008060000000000, HTTP/2",
        "false, 000004080000000000, HTTP/2"
    })
    void sessionsAreKnownByTheirFirstBytes(boolean client, String hex, String name) {
        String bytes = new String(java.util.HexFormat.of().parseHex(hex), java.nio.charset.StandardCharsets.ISO_8859_1);
        (client ? talk().client(bytes) : talk().server(bytes)).session(name).whenRead(0, new Verdict.Session(name));
    }

    @Test
    void aHelloThatWasNotReadIsNoSession() {
        talk().client("\26\3\1\0\5\1").whenRead(0, new Verdict.Clear()).session("TLS");
    }

    @Test
    void bytesThatAreNothingOfThatKindAreTheRestOfSomething() {
        talk().client("\1")
                .owes("an answer to what was not seen yet")
                .client("\2aaaaaaaaaa")
                .owes("the rest of a request");
        talk().server("\1")
                .owes("the rest of an answer")
                .server("\u00ffaaaaaaaaaa")
                .owes("the rest of an answer");
    }
}
