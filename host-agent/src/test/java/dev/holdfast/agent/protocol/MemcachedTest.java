package dev.holdfast.agent.protocol;

import dev.holdfast.common.manifest.Takeover;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemcachedTest {
    private static Talk talk() {
        return Talk.of(Takeover.Protocol.MEMCACHED);
    }

    @Test
    void aCommandIsOwedItsAnswer() {
        talk().clear()
                .client("get a b\r\n")
                .owes("an answer")
                .server("VALUE a 0 5\r\nEND\r\n\r\nVALUE b 0 0 7\r\n\r\n")
                .owes("the rest of an answer")
                .server("END\r\n")
                .clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {"set k 0 0 5\r\nhello\r\n", "cas k 0 0 5 9\r\nhello\r\n", "ms k 5 T0\r\nhello\r\n"})
    void whatIsStoredIsPartOfTheRequest(String request) {
        talk().client(request.substring(0, request.length() - 1))
                .owes("half of a request")
                .client("\n")
                .owes("an answer")
                .server("STORED\r\n")
                .clear();
    }

    @ParameterizedTest
    @CsvSource({
        "incr a 1, 6",
        "delete a, NOT_FOUND",
        "touch a 5, TOUCHED",
        "version, VERSION 1.6",
        "verbosity 1, OK",
        "flush_all, OK",
        "gat 5 a, END",
        "mg a v, EN",
        "mn, MN",
        "me a, ME a exp=-1",
        "md a, HD",
        "nonsense, ERROR",
        "set, SERVER_ERROR out of memory"
    })
    void linesAreAnswered(String request, String answer) {
        String begin = request.equals("set") ? "set k 0 0 1\r\nx" : request;
        talk().client("version\r\n" + begin + "\r\n")
                .owes("2 answers")
                .server("VERSION 1\r\n" + answer + "\r\n")
                .clear();
    }

    @Test
    void statisticsHaveManyLines() {
        talk().client("stats\r\n")
                .server("STAT pid 1\r\nSTAT up 2\r\n")
                .owes("the rest of an answer")
                .server("END\r\n")
                .clear();
    }

    @Test
    void aMetaValueIsOne() {
        talk().client("mg a v\r\n")
                .server("VA 2 f0\r\nh")
                .owes("the rest of an answer")
                .server("i\r\n")
                .clear();
    }

    @Test
    void whoWantsNoAnswerIsOwedNone() {
        talk().client("set k 0 0 5 noreply\r\nhe")
                .owes("half of a request")
                .client("llo\r\n")
                .clear()
                .client("get k\r\n")
                .owes("an answer")
                .server("END\r\n")
                .clear()
                .client("delete k noreply\r\n".repeat(2_000))
                .clear();
    }

    @Test
    void quietCommandsAreAnsweredUpToTheNextNothing() {
        talk().client("mg a v q\r\nmg b v q\r\nmn\r\n")
                .owes("an answer")
                .server("VA 1\r\nx\r\n")
                .owes("an answer")
                .server("MN\r\n")
                .clear();
        talk().client("mg a v q\r\nmn\r\n").server("MN\r\n").clear();
        talk().client("mg a v q\r\n")
                .clear()
                .server("VA 1\r\nx")
                .owes("the rest of an answer")
                .server("\r\n")
                .clear();
    }

    @Test
    void whoseAnswerItIsMayBeUnknown() {
        talk().client("mg a v q\r\nmg b v\r\n").server("EN\r\n").unknown();
        talk().client("delete a noreply\r\nget b\r\n")
                .server("SERVER_ERROR no\r\n")
                .unknown();
    }

    @Test
    void otherThingsAreUnknownOrSessions() {
        talk().client("\u0080\1").whenRead(0, new Verdict.Clear()).unknown();
        talk().client("set k 0 0 many\r\n").unknown();
        talk().client("get a\r\n")
                .server("END\r\n")
                .client("get a\r\n")
                .server("what?\r\n")
                .unknown();
        talk().client("watch fetchers\r\n").session("a watcher");
    }

    @Test
    void isFollowedFromTheMiddle() {
        talk().server("rest of a value\r\n")
                .owes("the rest of an answer")
                .server("END\r\n")
                .clear();
        talk().server("rest").client("get a\r\n").server("END\r\n").clear();
        talk().server("rest").client("get a\r\n").server("more").owes("the rest of an answer");
        talk().client("REST\r\n")
                .owes("the rest of a request")
                .server("STORED\r\n")
                .clear()
                .client("get a\r\n")
                .owes("an answer");
    }
}
