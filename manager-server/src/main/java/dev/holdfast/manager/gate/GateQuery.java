package dev.holdfast.manager.gate;

import dev.holdfast.common.text.Reasons;
import dev.holdfast.manager.rollout.Spec.Query;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Asks one query. */
public final class GateQuery {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    /** What does not hold, for people; empty when it holds. */
    public Optional<String> ask(Query query, String host, String address) throws InterruptedException {
        String expression = fill(query.prometheus(), host, address);
        String url = fill(query.url(), host, address.contains(":") ? "[" + address + "]" : address);
        String asked = expression.isEmpty() ? url : expression + " at " + url;
        try {
            HttpResponse<String> answer = get(
                    expression.isEmpty()
                            ? url
                            : url + "/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
            if (expression.isEmpty()) {
                return answer.statusCode() / 100 == 2
                        ? Optional.empty()
                        : Optional.of(url + " answered " + answer.statusCode());
            }
            return range(query, expression, Samples.of(answer.body()));
        } catch (IOException e) {
            return Optional.of(asked + ": " + Reasons.root(e));
        } catch (IllegalArgumentException e) {
            return Optional.of(asked + ": " + e.getMessage());
        }
    }

    private static Optional<String> range(Query query, String expression, List<Double> samples) {
        double min = query.min().orElse(Double.NEGATIVE_INFINITY);
        double max = query.max().orElse(Double.POSITIVE_INFINITY);
        if (samples.isEmpty()) {
            return Optional.of(expression + " has no sample");
        }
        return samples.stream()
                .filter(sample -> !(min <= sample && sample <= max))
                .findFirst()
                .map(sample ->
                        expression + " is " + sample + ", not " + (query.min().isPresent() ? "at least " + min : "")
                                + (query.min().isPresent() && query.max().isPresent() ? " and " : "")
                                + (query.max().isPresent() ? "at most " + max : ""));
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).GET().build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String fill(String text, String host, String address) {
        return text.replace("{host}", host).replace("{address}", address);
    }
}
