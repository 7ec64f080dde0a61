package dev.holdfast.manager.rollout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** In which order an upgrade goes over its hosts, and which it takes together. */
public final class WavePlan {
    private WavePlan() {}

    /**
     * A host's place.
     *
     * @param wave from 1 on
     */
    public record Place(PlannedHost host, int wave) {}

    /** In order. An extent is one of all these hosts. */
    public static List<Place> of(Spec spec, List<PlannedHost> hosts) {
        Spec.Waves waves = spec.waves();
        List<PlannedHost> sorted = hosts.stream().sorted(order(waves)).toList();
        int canary = waves.canary().isNone() ? 0 : size(waves.canary(), hosts.size());
        int batch = size(waves.batch(), hosts.size());
        List<Place> places = new ArrayList<>(hosts.size());
        int wave = canary == 0 ? 0 : 1;
        int inWave = 0;
        for (int index = 0; index < sorted.size(); index++) {
            PlannedHost host = sorted.get(index);
            if (index >= canary) {
                boolean isFirst = index == canary;
                boolean isFull = inWave == batch;
                if (isFirst || isFull || !Objects.equals(group(waves, host), group(waves, sorted.get(index - 1)))) {
                    wave++;
                    inWave = 0;
                }
                inWave++;
            }
            places.add(new Place(host, wave));
        }
        return places;
    }

    private static int size(Extent extent, int hosts) {
        return Math.max(1, extent.of(hosts));
    }

    private static Optional<String> group(Spec.Waves waves, PlannedHost host) {
        return Optional.ofNullable(host.labels().get(waves.groupBy()));
    }

    private static Comparator<PlannedHost> order(Spec.Waves waves) {
        Map<String, Integer> ranks = new HashMap<>();
        waves.groupOrder().forEach(value -> ranks.put(value, ranks.size()));
        Comparator<String> byValue = Comparator.<String, Integer>comparing(
                        value -> ranks.getOrDefault(value, Integer.MAX_VALUE))
                .thenComparing(Comparator.naturalOrder());
        return Comparator.<PlannedHost, Optional<String>>comparing(
                        host -> group(waves, host),
                        Comparator.comparing(value -> value.orElse(null), Comparator.nullsLast(byValue)))
                .thenComparing(PlannedHost::name);
    }
}
