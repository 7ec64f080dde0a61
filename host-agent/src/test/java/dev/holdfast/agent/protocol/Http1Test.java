package dev.holdfast.agent.protocol;

import dev.holdfast.common.manifest.Takeover;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Http1Test {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String HEAD = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n";
    private static final String EMPTY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private static final String FIVE = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n";

    private static Talk talk() {
        return Talk.of(Takeover.Protocol.HTTP1);
    }

    @Test
    void aRequestIsOwedItsAnswerToTheEnd() {
        talk().clear()
                .client(GET)
                .owes("an answer")
                .server(FIVE + "hell")
                .owes("the rest of an answer")
                .server("o")
                .clear();
    }

    @Test
    void answersComeInOrder() {
        talk().client(GET + HEAD + GET)
                .owes("3 answers")
                .server(EMPTY + FIVE)
                .owes("an answer")
                .server(FIVE + "hello")
                .clear();
    }

    @Test
    void aRequestIsHalfUntilItsBodyHasCome() {
        talk().client("GET / HT")
                .owes("half of a request")
                .client("TP/1.1\r\n\r\n")
                .owes("an answer")
                .server(EMPTY)
                .client("\r\n" + POST + "hell")
                .owes("half of a request")
                .client("o")
                .owes("an answer")
                .server(EMPTY)
                .clear();
    }

    @Test
    void whatTheServerHasNotReadIsNotItsDebt() {
        long end = GET.length();
        talk().client(GET + POST + "hello" + GET)
                .whenRead(0, new Verdict.Clear())
                .whenRead(1, new Verdict.Owes("half of a request"))
                .whenRead(end, new Verdict.Owes("an answer"))
                .server(EMPTY)
                .whenRead(end, new Verdict.Clear())
                .whenRead(end + 1, new Verdict.Owes("half of a request"))
                .whenRead(end + POST.length() + 4, new Verdict.Owes("half of a request"))
                .whenRead(end + POST.length() + 5, new Verdict.Owes("an answer"))
                .whenRead(9_999, new Verdict.Owes("an answer to what was not seen yet"));
    }

    @Test
    void chunksEndWithTheirTrailers() {
        talk().client("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n")
                .owes("half of a request")
                .client("0\r\nDigest: a\r\n")
                .owes("half of a request")
                .client("\r\n")
                .owes("an answer")
                .server(CHUNKED + "5\r\nhello\r\n")
                .owes("the rest of an answer")
                .server("000\r\nTrailer: 1\r\n\r\n")
                .clear();
    }

    @Test
    void anInterimAnswerIsNone() {
        talk().client("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
                .owes("half of a request")
                .server("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")
                .owes("half of a request")
                .client("hello")
                .owes("an answer")
                .server(EMPTY)
                .clear();
    }

    @Test
    void anEarlyAnswerLeavesTheRestOfItsRequest() {
        talk().client(POST + "he")
                .server("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
                .owes("half of a request")
                .client("llo")
                .clear()
                .whenRead(POST.length() + 2, new Verdict.Owes("half of a request"))
                .client(GET)
                .owes("an answer")
                .server(EMPTY)
                .clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {"204 No Content", "304 Not Modified\r\nContent-Length: 5"})
    void someAnswersHaveNoBody(String status) {
        talk().client(GET).server("HTTP/1.1 " + status + "\r\n\r\n").clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"})
    void anAnswerWithoutALengthEndsWithTheConnection(String answer) {
        talk().client("GET / HTTP/1.0\r\n\r\n")
                .server(answer + "hello")
                .owes("an answer that ends with the connection");
    }

    @ParameterizedTest
    @CsvSource({"websocket, a WebSocket", "h2c, HTTP/2", "tls/1.0, tls/1.0"})
    void anUpgradeIsASession(String protocol, String name) {
        talk().client("GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: " + protocol + "\r\n\r\n")
                .owes("an answer")
                .server("HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: " + protocol + "\r\n\r\n\u0081\1x")
                .session(name)
                .client("\u0081\u0082abcdef")
                .session(name);
    }

    @Test
    void aTunnelIsASession() {
        talk().client("CONNECT a:1 HTTP/1.1\r\n\r\n")
                .server("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")
                .clear()
                .client("CONNECT a:1 HTTP/1.1\r\n\r\n")
                .server("HTTP/1.1 200 OK\r\n\r\n")
                .session("a tunnel");
    }

    @Test
    void http2IsASessionOnceItIsRead() {
        talk().client("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
                .whenRead(0, new Verdict.Clear())
                .session("HTTP/2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nContent-Length: 5, 6\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
                "POST / HTTP/1.1\r\nTransfer-Encoding:\r\n chunked\r\n\r\n",
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                GET + "hello?\r\n"
            })
    void whatCannotBeToldIsUnknown(String text) {
        talk().client(text).unknown();
    }

    @Test
    void whatComesBeforeTheUnknownIsFollowedStill() {
        talk().client(GET + "hello?\r\n")
                .whenRead(GET.length(), new Verdict.Owes("an answer"))
                .server(EMPTY)
                .whenRead(GET.length(), new Verdict.Clear())
                .unknown();
    }

    @Test
    void headersHaveALimit() {
        talk().client("GET / HTTP/1.1\r\n" + "X: y\r\n".repeat(20_000)).unknown();
        talk().client("GET / HTTP/1.1\r\nX: " + "y".repeat(70_000)).unknown();
        talk().client(GET.repeat(OpenRequests.LIMIT))
                .owes(OpenRequests.LIMIT + " answers")
                .client(GET)
                .unknown();
    }
}
