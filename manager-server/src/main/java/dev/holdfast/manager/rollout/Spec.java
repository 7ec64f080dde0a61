package dev.holdfast.manager.rollout;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** How an upgrade is to go over its hosts; as holdfast.admin.v1.Rollout, with everything filled in. */
public record Spec(
        Map<String, String> hostLabels,
        Waves waves,
        Health health,
        Failures failures,
        Deadlines deadlines,
        List<Window> windows,
        HostsDown hostsDown) {
    public Spec {
        hostLabels = Map.copyOf(hostLabels);
        windows = List.copyOf(windows);
    }

    /**
     * The waves.
     *
     * @param canary none when there is none
     * @param groupBy a host label; empty for none
     */
    public record Waves(
            Extent canary,
            Extent batch,
            Extent maxParallel,
            Duration soak,
            Approval approval,
            String groupBy,
            List<String> groupOrder) {
        public Waves {
            groupOrder = List.copyOf(groupOrder);
        }

        /** Whether a wave, of which the first is 1, is to be approved before it begins. */
        public boolean wantsApproval(int wave) {
            return switch (approval) {
                case NONE -> false;
                case CANARY -> wave == 2;
                case EVERY -> wave > 1;
            };
        }
    }

    public enum Approval {
        NONE,
        CANARY,
        EVERY
    }

    public record Health(Duration minHealthy, List<Query> queries, OptionalInt maxReset) {
        public Health {
            queries = List.copyOf(queries);
        }

        /** Whether a host is healthy as soon as its cycles are done. */
        public boolean isPlain() {
            return minHealthy.isZero() && queries.isEmpty() && maxReset.isEmpty();
        }

        public boolean asksHosts() {
            return queries.stream().anyMatch(Query::namesHost);
        }

        public boolean asksWaves() {
            return !queries.stream().allMatch(Query::namesHost);
        }
    }

    /**
     * What must hold.
     *
     * @param prometheus empty for plain HTTP
     */
    public record Query(String url, String prometheus, OptionalDouble min, OptionalDouble max) {
        public boolean namesHost() {
            return (url + prometheus).contains("{host}") || (url + prometheus).contains("{address}");
        }
    }

    public record Failures(Extent budget, boolean autoRollback) {}

    /**
     * How long things may take.
     *
     * @param upgrade empty for none
     */
    public record Deadlines(Duration host, Optional<Duration> upgrade) {}

    public enum HostsDown {
        WAIT,
        SKIP,
        FAIL
    }
}
