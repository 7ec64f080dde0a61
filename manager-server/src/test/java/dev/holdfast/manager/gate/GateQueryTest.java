package dev.holdfast.manager.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.holdfast.manager.rollout.Spec.Query;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against answers as they come over HTTP, of the shape that Prometheus documents. */
@SuppressWarnings("NullAway.Init")
class GateQueryTest {
    private static final OptionalDouble NONE = OptionalDouble.empty();

    private final GateQuery query = new GateQuery();
    private HttpServer server;
    private String url;
    private int status = 200;
    private String answer = "";
    private String asked = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/", exchange -> {
            asked = exchange.getRequestURI().toString();
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Optional<String> http(String path) throws InterruptedException {
        return query.ask(new Query(url + path, "", NONE, NONE), "web1", "192.0.2.7");
    }

    private Optional<String> prometheus(OptionalDouble min, OptionalDouble max) throws InterruptedException {
        return query.ask(new Query(url, "errors{instance=\"{host}\"}", min, max), "web1", "192.0.2.7");
    }

    @Test
    void anAnswerOfTwoHundredSomethingHolds() throws Exception {
        assertThat(http("/{host}/{address}")).isEmpty();
        assertThat(asked).isEqualTo("/web1/192.0.2.7");
        status = 299;
        assertThat(http("/")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"302", "404", "503"})
    void anyOtherDoesNot(int other) throws Exception {
        status = other;
        assertThat(http("/x")).contains(url + "/x answered " + other);
    }

    @Test
    void aServerThatIsNotThereDoesNotHold() throws Exception {
        server.stop(0);
        assertThat(http("/")).hasValueSatisfying(why -> assertThat(why).startsWith(url));
    }

    @Test
    void anExpressionIsAskedForTheHost() throws Exception {
        answer = vector("0.5");
        assertThat(prometheus(NONE, OptionalDouble.of(1))).isEmpty();
        assertThat(asked).isEqualTo("/api/v1/query?query=errors%7Binstance%3D%22web1%22%7D");
    }

    @ParameterizedTest
    @CsvSource({
        "0.5, 0, 1, true",
        "0, 0, 1, true",
        "1, 0, 1, true",
        "1.01, 0, 1, false",
        "-0.1, 0, 1, false",
        "NaN, 0, 1, false",
        "+Inf, 0, 1, false",
        "-Inf, 0, 1, false"
    })
    void everySampleMustBeWithinTheRange(String value, double min, double max, boolean holds) throws Exception {
        answer = vector("0.5", value);
        assertThat(prometheus(OptionalDouble.of(min), OptionalDouble.of(max)).isEmpty())
                .isEqualTo(holds);
    }

    @Test
    void withoutARangeThereMustBeASample() throws Exception {
        answer = vector();
        assertThat(prometheus(NONE, NONE))
                .hasValueSatisfying(why -> assertThat(why).endsWith("has no sample"));
        answer = vector("17");
        assertThat(prometheus(NONE, NONE)).isEmpty();
    }

    @Test
    void aScalarIsASample() throws Exception {
        answer = """
                {"status": "success", "data": {"resultType": "scalar", "result": [1435781451.781, "2"]}}""";
        assertThat(prometheus(NONE, OptionalDouble.of(1)))
                .hasValueSatisfying(why -> assertThat(why).endsWith("is 2.0, not at most 1.0"));
    }

    @Test
    void whatIsNoAnswerSaysWhy() throws Exception {
        status = 400;
        answer = """
                {"status": "error", "errorType": "bad_data", "error": "parse error at char 3"}""";
        assertThat(prometheus(NONE, NONE))
                .hasValueSatisfying(why -> assertThat(why).contains("parse error at char 3"));
        answer = "<html>no Prometheus</html>";
        assertThat(prometheus(NONE, NONE))
                .hasValueSatisfying(why -> assertThat(why).contains("not Prometheus' JSON"));
        answer = """
                {"status": "success", "data": {"resultType": "matrix", "result": []}}""";
        assertThat(prometheus(NONE, NONE))
                .hasValueSatisfying(why -> assertThat(why).contains("gives a matrix"));
    }

    private static String vector(String... values) {
        StringBuilder samples = new StringBuilder();
        for (String value : values) {
            samples.append(samples.isEmpty() ? "" : ",")
                    .append("{\"metric\": {}, \"value\": [1435781451.781, \"")
                    .append(value)
                    .append("\"]}");
        }
        return "{\"status\": \"success\", \"data\": {\"resultType\": \"vector\", \"result\": [" + samples + "]}}";
    }
}
