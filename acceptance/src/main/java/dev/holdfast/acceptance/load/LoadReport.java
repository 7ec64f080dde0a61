package dev.holdfast.acceptance.load;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What all clients of a load saw. */
public record LoadReport(List<ClientReport> clients) {
    private static final int SHOWN = 5;

    public LoadReport {
        clients = List.copyOf(clients);
    }

    public int connections() {
        return clients.size();
    }

    public int kept() {
        return (int) clients.stream().filter(ClientReport::kept).count();
    }

    public int lost() {
        return connections() - kept();
    }

    public long requests() {
        return clients.stream().mapToLong(ClientReport::sent).sum();
    }

    public long answered() {
        return clients.stream().mapToLong(ClientReport::answered).sum();
    }

    public long wrong() {
        return clients.stream().mapToLong(client -> client.wrong().size()).sum();
    }

    public Map<String, Long> answersByVersion() {
        Map<String, Long> sums = new LinkedHashMap<>();
        clients.forEach(client -> client.answersByVersion().forEach((key, value) -> sums.merge(key, value, Long::sum)));
        return sums;
    }

    /** How many connections were answered by exactly these versions, first in this order. */
    public int answeredBy(String... versions) {
        return (int) clients.stream()
                .filter(client ->
                        List.copyOf(client.answersByVersion().keySet()).equals(List.of(versions)))
                .count();
    }

    /** The longest wait of each client that waited for an answer in the window. */
    public Percentiles stall() {
        return Percentiles.ofNanos(clients.stream()
                .mapToLong(ClientReport::stallNanos)
                .filter(nanos -> nanos > 0)
                .toArray());
    }

    /** The first few things that went wrong, in words; empty when nothing did. */
    public List<String> complaints() {
        return clients.stream()
                .flatMap(client -> Stream.concat(
                                Stream.ofNullable(client.fault()).map(Fault::toString),
                                client.wrong().stream().map(Wrong::toString))
                        .map(text -> client.local() + ": " + text))
                .limit(SHOWN)
                .toList();
    }
}
