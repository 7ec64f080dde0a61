package dev.holdfast.manager.rollout;

import dev.holdfast.manager.refusal.RefusedException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which hosts an upgrade is for. */
public final class HostLabels {
    private static final int SHOWN = 10;

    private HostLabels() {}

    /**
     * Those that have all labels asked for.
     *
     * @param hosts all of the tenant that have the image
     * @throws RefusedException if a label is asked for, or grouped by, that none of them has
     */
    public static List<PlannedHost> concerned(Spec spec, Collection<PlannedHost> hosts) {
        spec.hostLabels().forEach((key, value) -> check(hosts, key, value));
        List<PlannedHost> concerned =
                hosts.stream().filter(host -> isConcerned(spec, host)).toList();
        if (concerned.isEmpty() && !spec.hostLabels().isEmpty()) {
            throw RefusedException.invalid(
                    "rollout.host_labels",
                    "no host with the image has all of these labels, though each of them is there; leave one out");
        }
        String groupBy = spec.waves().groupBy();
        if (!groupBy.isEmpty()) {
            requireKey("rollout.waves.group_by", hosts, groupBy);
        }
        return concerned;
    }

    private static boolean isConcerned(Spec spec, PlannedHost host) {
        return host.labels().entrySet().containsAll(spec.hostLabels().entrySet());
    }

    private static void check(Collection<PlannedHost> hosts, String key, String value) {
        String field = "rollout.host_labels[" + key + "]";
        requireKey(field, hosts, key);
        List<String> values = hosts.stream()
                .map(host -> host.labels().get(key))
                .filter(Objects::nonNull)
                .toList();
        if (!values.contains(value)) {
            throw RefusedException.invalid(
                    field,
                    "no host with the image has '" + value + "' as its label '" + key + "'; there is "
                            + shown(values.stream()));
        }
    }

    private static void requireKey(String field, Collection<PlannedHost> hosts, String key) {
        if (hosts.stream().noneMatch(host -> host.labels().containsKey(key))) {
            throw RefusedException.invalid(
                    field,
                    "no host with the image has a label '" + key + "'; there is "
                            + shown(hosts.stream()
                                    .map(PlannedHost::labels)
                                    .map(Map::keySet)
                                    .flatMap(Collection::stream)));
        }
    }

    private static String shown(Stream<String> values) {
        List<String> sorted = values.distinct().sorted().toList();
        return sorted.isEmpty()
                ? "none"
                : sorted.stream().limit(SHOWN).collect(Collectors.joining(", ")) + (sorted.size() > SHOWN ? ", …" : "");
    }
}
