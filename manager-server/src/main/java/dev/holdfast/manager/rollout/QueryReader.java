package dev.holdfast.manager.rollout;

import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.proto.admin.v1.Query;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Reads a query of a health gate. */
final class QueryReader {
    private static final List<String> SCHEMES = List.of("http", "https");

    private QueryReader() {}

    static Spec.Query read(String field, Query query) {
        String url = url(field + ".url", query);
        OptionalDouble min = bound(field + ".min", query.hasMin(), query.getMin());
        OptionalDouble max = bound(field + ".max", query.hasMax(), query.getMax());
        if (query.getPrometheus().isBlank()) {
            requirePlain(field, query);
        }
        if (query.hasMin() && query.hasMax() && query.getMin() > query.getMax()) {
            throw RefusedException.invalid(
                    field + ".min",
                    query.getMin() + " is more than max, " + query.getMax() + ": it could never hold; exchange them");
        }
        return new Spec.Query(url, query.getPrometheus(), min, max);
    }

    private static void requirePlain(String field, Query query) {
        if (!query.getPrometheus().isEmpty()) {
            throw RefusedException.invalid(
                    field + ".prometheus", "the expression is blank; write one, or leave it out for plain HTTP");
        }
        if (query.hasMin() || query.hasMax()) {
            throw RefusedException.invalid(
                    field + (query.hasMin() ? ".min" : ".max"),
                    "only the samples of a prometheus expression have bounds; a plain URL holds with a status from 200"
                            + " to 299");
        }
    }

    private static OptionalDouble bound(String field, boolean isPresent, double value) {
        if (isPresent && Double.isNaN(value)) {
            throw RefusedException.invalid(field, "no sample is within NaN; write a number, or leave it out");
        }
        return isPresent ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    private static String url(String field, Query query) {
        String url = query.getUrl();
        if (url.isEmpty()) {
            throw RefusedException.invalid(
                    field,
                    query.getPrometheus().isEmpty()
                            ? "a query asks somebody; write a URL, as http://{address}:8080/health"
                            : "write the address of the Prometheus server, as http://prometheus:9090");
        }
        URI uri = parse(field, url);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme) || uri.getHost() == null) {
            throw RefusedException.invalid(
                    field, "'" + url + "' is no HTTP address; write it as http://host:port/path or https://…");
        }
        if (!query.getPrometheus().isEmpty() && uri.getPath().contains("/api/v1/query")) {
            throw RefusedException.invalid(
                    field, "write only the server's address; /api/v1/query is added, with the expression");
        }
        return url;
    }

    private static URI parse(String field, String url) {
        try {
            return new URI(url.replace("{host}", "host").replace("{address}", "192.0.2.1"));
        } catch (URISyntaxException e) {
            throw RefusedException.invalid(
                    field,
                    "'" + url + "' is no address: " + e.getReason() + " at character " + e.getIndex()
                            + "; only {host} and {address} may be in braces");
        }
    }
}
