package dev.holdfast.agent.protocol;

import dev.holdfast.common.manifest.Takeover;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RespTest {
    private static Talk talk() {
        return Talk.of(Takeover.Protocol.RESP);
    }

    private static String command(String words) {
        StringBuilder text = new StringBuilder("*" + words.split(" ", -1).length + "\r\n");
        for (String word : words.split(" ", -1)) {
            text.append("$" + word.length() + "\r\n" + word + "\r\n");
        }
        return text.toString();
    }

    @Test
    void aCommandIsOwedItsReply() {
        talk().clear()
                .client("*2\r\n$3\r\nGET\r\n$1\r\n")
                .owes("half of a request")
                .client("k\r\n")
                .owes("an answer")
                .server("$5\r\nhel")
                .owes("the rest of an answer")
                .server("lo\r\n")
                .clear();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ET\r\n$3\r\nkey\r\n", "\r\n$3\r\nkey\r\n", "$3\r\nkey\r\n$1\r\nv\r\n", "key\r\n", "3\r\nkey\r\n"
            })
    void theRestOfACommandIsOwedOneReply(String rest) {
        talk().client(rest)
                .owes()
                .server("+OK\r\n")
                .clear()
                .client(command("GET a"))
                .owes("an answer")
                .server("$-1\r\n")
                .clear();
    }

    @Test
    void whatFollowsTheRestOfACommandIsCounted() {
        talk().client("ET\r\n$3\r\nkey\r\n" + command("GET a") + command("GET b"))
                .owes("3 answers")
                .server("+OK\r\n$-1\r\n$-1\r\n")
                .clear();
    }

    @Test
    void repliesOfAPipelineAreCounted() {
        talk().client("PING\r\n\r\n*0\r\n" + command("GET a") + "  ping\r\n".strip() + "\r\n")
                .owes("3 answers")
                .server("+PONG\r\n$-1\r\n")
                .owes("an answer")
                .server("-ERR no\r\n")
                .clear();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+OK\r\n",
                ":-5\r\n",
                "$0\r\n\r\n",
                "*0\r\n",
                "*-1\r\n",
                "*2\r\n*1\r\n$1\r\na\r\n*0\r\n",
                "%2\r\n+a\r\n:1\r\n+b\r\n%1\r\n+c\r\n_\r\n",
                "~2\r\n#t\r\n,3.14\r\n",
                "=7\r\ntxt:abc\r\n",
                "!5\r\nERR a\r\n",
                "(3492890328409238509324850943850943825024385\r\n",
                "|1\r\n+ttl\r\n*1\r\n:5\r\n*1\r\n:1\r\n",
                "*2\r\n|1\r\n+a\r\n+b\r\n:1\r\n:2\r\n",
                "|0\r\n:1\r\n",
                "$?\r\n;4\r\nHell\r\n;1\r\no\r\n;0\r\n",
                "*?\r\n:1\r\n*?\r\n.\r\n:2\r\n.\r\n"
            })
    void everyReplyEndsWhereItEnds(String reply) {
        talk().client(command("GET a"))
                .server(reply.substring(0, reply.length() - 1))
                .owes("the rest of an answer");
        talk().client(command("GET a"))
                .server(reply)
                .clear()
                .client(command("GET a"))
                .server("+OK\r\n")
                .clear();
    }

    @ParameterizedTest
    @CsvSource({
        "MULTI, a transaction",
        "WATCH k, watched keys",
        "SELECT 3, database 3 selected",
        "SELECT 1234, another database selected",
        "AUTH secret, a login",
        "HELLO 3, RESP3",
        "HELLO 2 AUTH u p, a login",
        "CLIENT TRACKING ON, client-side caching",
        "READONLY, READONLY",
        "SUBSCRIBE a b, a subscription",
        "MONITOR, MONITOR"
    })
    void stateInTheServerIsASessionOnceItIsThere(String words, String name) {
        talk().client(command(words)).owes("an answer").server("-ERR no\r\n").clear();
        talk().client(command(words)).owes("an answer").server("+OK\r\n").session(name);
    }

    @ParameterizedTest
    @CsvSource({
        "MULTI, EXEC",
        "WATCH k, EXEC",
        "WATCH k, UNWATCH",
        "SELECT 3, SELECT 0",
        "AUTH a, RESET",
        "HELLO 3, HELLO 2"
    })
    void stateIsGivenUp(String begin, String end) {
        talk().client(command(begin))
                .server("+OK\r\n")
                .client(command(end))
                .server("+OK\r\n")
                .clear();
    }

    @Test
    void anAbortedTransactionHasEnded() {
        talk().client(command("MULTI") + command("GET a") + command("EXEC"))
                .server("+OK\r\n+QUEUED\r\n-EXECABORT no\r\n")
                .clear();
    }

    @ParameterizedTest
    @CsvSource({
        "CLIENT REPLY OFF, a client that wants no answers",
        "CLIENT REPLY SKIP, a client that wants no answers",
        "PSYNC ? -1, a replica"
    })
    void someAreSessionsAsSoonAsTheyAreRead(String words, String name) {
        talk().client(command(words)).whenRead(0, new Verdict.Clear()).session(name);
    }

    @ParameterizedTest
    @CsvSource({
        "'>2\r\n+invalidate\r\n*0\r\n', a subscription",
        "'*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n', a subscription",
        "'+1339518083.107412 [0 127.0.0.1:1] \"get\"\r\n', MONITOR"
    })
    void messagesThatNobodyAskedForAreASession(String message, String name) {
        talk().server(message.replace("\\r\\n", "\r\n")).session(name);
    }

    @Test
    void theReplyToAnOlderCommandIsFollowed() {
        talk().server("*2\r\n$1\r\na\r\n")
                .owes("the rest of an answer")
                .server("$1\r\nb\r\n")
                .clear();
        talk().server("rest of a value\r\n")
                .owes("the rest of an answer")
                .client(command("GET a"))
                .server("$1\r\nb\r\n")
                .clear();
        talk().client("\0\0rest of a value\r\n")
                .owes("the rest of a request")
                .server("+OK\r\n")
                .clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*x\r\n", "*1\r\n+a\r\n", "*1\r\n$-5\r\n", "\u0080\r\n", "*9999999\r\n"})
    void whatIsNoCommandIsUnknown(String text) {
        talk().client(command("GET a") + text).unknown();
    }

    @Test
    void whatIsNoReplyIsUnknown() {
        String deep = "*1\r\n".repeat(200);
        talk().client(command("GET a") + command("GET b")).server("+a\r\nx").unknown();
        talk().client(command("GET a") + command("GET b"))
                .server("+a\r\n" + deep)
                .unknown();
    }
}
