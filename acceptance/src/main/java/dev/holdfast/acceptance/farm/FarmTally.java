package dev.holdfast.acceptance.farm;

import dev.holdfast.acceptance.load.ClientReport;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counts. What is wrong is told on standard error. */
final class FarmTally {
    private static final int SHOWN = 20;

    private final Map<String, Map<String, Integer>> states = new LinkedHashMap<>();
    private final List<String> unexpected = new ArrayList<>();
    private int disagreements;
    private int connections;
    private int newcomers;
    private long requests;
    private long answered;
    private int lost;
    private long wrong;

    void states(String server, Upgrade upgrade) {
        Map<String, Integer> counts = new TreeMap<>();
        upgrade.getWavesList().stream()
                .flatMap(wave -> wave.getHostsList().stream())
                .map(host -> host.getState().name().replace("STATE_", "").toLowerCase(Locale.ROOT))
                .forEach(state -> counts.merge(state, 1, Integer::sum));
        states.put(server, counts);
    }

    void disagree(List<String> texts) {
        disagreements += texts.size();
        texts.stream().limit(SHOWN).forEach(System.err::println);
    }

    void expect(String what, Object right, Object now) {
        if (!right.equals(now)) {
            unexpected.add("%s: %s instead of %s".formatted(what, now, right));
        }
    }

    /** Counts a server's clients at their end. */
    void count(LoadReport lasting, LoadReport coming) {
        connections += lasting.connections();
        newcomers += coming.connections();
        for (LoadReport report : List.of(lasting, coming)) {
            requests += report.requests();
            answered += report.answered();
            lost += report.lost();
            wrong += report.wrong();
            report.complaints().forEach(System.err::println);
            report.clients().stream()
                    .filter(client -> !client.kept())
                    .limit(SHOWN)
                    .map(ClientReport::history)
                    .forEach(System.err::println);
        }
    }

    FarmResult result(int hosts) {
        return new FarmResult(
                hosts, connections, newcomers, requests, answered, lost, wrong, disagreements, states, unexpected);
    }
}
