package dev.holdfast.agent.protocol;

import dev.holdfast.common.manifest.Takeover;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Requests and answers of each protocol, as a client and a server might make them. */
final class Exchanges {
    private final Arbitrary<String> data;

    private Exchanges(Arbitrary<String> data) {
        this.data = data;
    }

    /**
     * Some of a protocol.
     *
     * @param deceptive whether data may look like what it is not
     */
    static Arbitrary<List<Exchange>> of(Takeover.Protocol protocol, boolean deceptive) {
        Arbitrary<String> any =
                Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(40);
        Arbitrary<String> alike = Arbitraries.of(
                "", "\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "END\r\n", "+OK\r\n");
        return new Exchanges(deceptive ? Arbitraries.oneOf(any, alike) : any).of(protocol);
    }

    private Arbitrary<List<Exchange>> of(Takeover.Protocol protocol) {
        Arbitrary<Exchange> one = switch (protocol) {
            case HTTP1 -> Combinators.combine(httpRequest(), httpAnswer()).as(Exchanges::http);
            case RESP -> Combinators.combine(respCommand(), respReply(3)).as(Exchange::of);
            case MEMCACHED -> memcached();
            case LINE ->
                Combinators.combine(word(), word()).as((asked, said) -> Exchange.of(asked + "\n", said + "\r\n"));
            case OPAQUE -> throw new IllegalArgumentException("opaque");
        };
        return one.list().ofMinSize(1).ofMaxSize(6);
    }

    private static Arbitrary<String> word() {
        return Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(12);
    }

    private static String chunks(List<String> data, String trailer) {
        return data.stream()
                        .filter(chunk -> !chunk.isEmpty())
                        .map(chunk -> Integer.toHexString(chunk.length()) + ";x=y\r\n" + chunk + "\r\n")
                        .collect(Collectors.joining())
                + "0\r\n"
                + trailer
                + "\r\n";
    }

    private Arbitrary<String> chunked() {
        return Combinators.combine(data.list().ofMaxSize(3), Arbitraries.of("", "Digest: x\r\n"))
                .as(Exchanges::chunks);
    }

    private record HttpRequest(String gap, String head, String body, boolean interim, boolean early) {}

    private Arbitrary<HttpRequest> httpRequest() {
        Arbitrary<String> gap = Arbitraries.of("", "", "\r\n");
        Arbitrary<HttpRequest> without = Combinators.combine(
                        gap, Arbitraries.of("GET /a?b HTTP/1.1", "HEAD / HTTP/1.0"))
                .as((before, line) -> new HttpRequest(before, line + "\r\nHost: a\r\n\r\n", "", false, false));
        Arbitrary<HttpRequest> ofLength = Combinators.combine(
                        gap, data, Arbitraries.of(true, false), Arbitraries.of(true, false))
                .as((before, body, interim, early) -> new HttpRequest(
                        before,
                        "POST / HTTP/1.1\r\nX: y\r\nCONTENT-LENGTH: " + body.length() + "\r\n\r\n",
                        body,
                        interim,
                        early));
        Arbitrary<HttpRequest> ofChunks = Combinators.combine(gap, chunked(), Arbitraries.of(true, false))
                .as((before, body, early) ->
                        new HttpRequest(before, "PUT / HTTP/1.1\nTransfer-Encoding: Chunked\n\n", body, false, early));
        return Arbitraries.oneOf(without, ofLength, ofChunks);
    }

    private record HttpAnswer(String head, String body) {}

    private Arbitrary<HttpAnswer> httpAnswer() {
        return Arbitraries.oneOf(
                data.map(body ->
                        new HttpAnswer("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n", body)),
                chunked().map(body -> new HttpAnswer("HTTP/1.1 404 No\r\ntransfer-encoding: chunked\r\n\r\n", body)),
                Arbitraries.just(new HttpAnswer("HTTP/1.1 204 None\r\n\r\n", "")),
                Arbitraries.just(new HttpAnswer("HTTP/1.1 304 Same\r\nContent-Length: 9\r\n\r\n", "")));
    }

    private static Exchange http(HttpRequest request, HttpAnswer answer) {
        String said = request.head.startsWith("HEAD") ? answer.head : answer.head + answer.body;
        List<String> messages =
                request.interim ? List.of("HTTP/1.1 100 Continue\r\nX: y\r\n\r\n", said) : List.of(said);
        String whole = request.head + request.body;
        int answerableAt = request.early || request.interim ? request.head.length() : whole.length();
        return new Exchange(request.gap, whole, answerableAt, messages);
    }

    private Arbitrary<String> respCommand() {
        Arbitrary<String> array = data.list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .map(values -> values.stream()
                        .map(value -> "$" + value.length() + "\r\n" + value + "\r\n")
                        .collect(Collectors.joining("", "*" + (values.size() + 1) + "\r\n$3\r\nSET\r\n", "")));
        return Arbitraries.oneOf(array, word().map(name -> "GET " + name + "\r\n"));
    }

    private Arbitrary<String> respReply(int depth) {
        Arbitrary<String> simple = Arbitraries.oneOf(
                Arbitraries.of(
                        "+OK\r\n",
                        "-ERR no\r\n",
                        ":12\r\n",
                        "$-1\r\n",
                        "*-1\r\n",
                        "_\r\n",
                        "#t\r\n",
                        ",1e9\r\n",
                        "(12345678901234567890\r\n"),
                data.map(value -> "$" + value.length() + "\r\n" + value + "\r\n"),
                data.filter(value -> !value.isEmpty())
                        .map(value -> "$?\r\n;" + value.length() + "\r\n" + value + "\r\n;0\r\n"));
        if (depth == 0) {
            return simple;
        }
        Arbitrary<List<String>> nested = respReply(depth - 1).list().ofMaxSize(3);
        return Arbitraries.oneOf(
                simple,
                nested.map(values -> "*" + values.size() + "\r\n" + String.join("", values)),
                nested.map(values -> "*?\r\n" + String.join("", values) + ".\r\n"),
                nested.map(values -> "%" + values.size() + "\r\n"
                        + values.stream().map(value -> "+key\r\n" + value).collect(Collectors.joining())),
                Combinators.combine(nested, simple)
                        .as((values, value) -> "|" + values.size() + "\r\n"
                                + values.stream().map(of -> "+key\r\n" + of).collect(Collectors.joining())
                                + value));
    }

    private Arbitrary<Exchange> memcached() {
        return Arbitraries.oneOf(
                data.list()
                        .ofMaxSize(3)
                        .map(values -> Exchange.of(
                                "get a b c\r\n",
                                values.stream()
                                        .map(value -> "VALUE a 0 " + value.length() + "\r\n" + value + "\r\n")
                                        .collect(Collectors.joining("", "", "END\r\n")))),
                data.map(value -> Exchange.of("set a 0 0 " + value.length() + "\r\n" + value + "\r\n", "STORED\r\n")),
                data.map(value -> Exchange.unanswered("set a 0 0 " + value.length() + " noreply\r\n" + value + "\r\n")),
                data.map(value -> Exchange.of("ms a " + value.length() + " T0\r\n" + value + "\r\n", "HD\r\n")),
                data.map(value -> Exchange.of("mg a v\r\n", "VA " + value.length() + " f1\r\n" + value + "\r\n")),
                Arbitraries.just(Exchange.of("stats\r\n", "STAT a 1\r\nSTAT b 2\r\nEND\r\n")),
                Arbitraries.just(Exchange.of("incr a 1\r\n", "17\r\n")));
    }
}
