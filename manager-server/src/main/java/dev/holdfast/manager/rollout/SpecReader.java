package dev.holdfast.manager.rollout;

import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.proto.admin.v1.Rollout;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Reads what an operator asks for, and refuses what cannot be meant. */
public final class SpecReader {
    private static final Duration HOST_DEADLINE = Duration.ofMinutes(30);

    private SpecReader() {}

    /**
     * With all defaults filled in.
     *
     * @throws RefusedException with the field, as "rollout.waves.canary", and the way out
     */
    public static Spec read(Rollout rollout) {
        if (rollout.containsHostLabels("")) {
            throw RefusedException.invalid("rollout.host_labels", "a label has no name; write it as name=value");
        }
        Spec spec = new Spec(
                rollout.getHostLabelsMap(),
                WavesReader.read(rollout.getWaves()),
                health(rollout.getHealth()),
                failures(rollout),
                deadlines(rollout.getDeadlines()),
                IntStream.range(0, rollout.getWindowsCount())
                        .mapToObj(
                                index -> WindowReader.read("rollout.windows[" + index + "]", rollout.getWindows(index)))
                        .toList(),
                hostsDown(rollout));
        requireTime(spec);
        return spec;
    }

    private static Spec.Health health(dev.holdfast.proto.admin.v1.Health health) {
        return new Spec.Health(
                Values.duration("rollout.health.min_healthy", health.getMinHealthy()),
                IntStream.range(0, health.getQueriesCount())
                        .mapToObj(index ->
                                QueryReader.read("rollout.health.queries[" + index + "]", health.getQueries(index)))
                        .toList(),
                health.hasMaxReset() ? OptionalInt.of(Values.count(health.getMaxReset())) : OptionalInt.empty());
    }

    private static Spec.Failures failures(Rollout rollout) {
        var failures = rollout.getFailures();
        return new Spec.Failures(
                Values.extent("rollout.failures.budget", failures.getBudget(), Extent.NONE),
                failures.getAutoRollback());
    }

    private static Spec.Deadlines deadlines(dev.holdfast.proto.admin.v1.Deadlines deadlines) {
        return new Spec.Deadlines(
                Values.time("rollout.deadlines.host", deadlines.hasHost(), deadlines.getHost())
                        .orElse(HOST_DEADLINE),
                Values.time("rollout.deadlines.upgrade", deadlines.hasUpgrade(), deadlines.getUpgrade()));
    }

    private static Spec.HostsDown hostsDown(Rollout rollout) {
        return switch (rollout.getHostsDown()) {
            case HOSTS_DOWN_UNSPECIFIED, HOSTS_DOWN_WAIT -> Spec.HostsDown.WAIT;
            case HOSTS_DOWN_SKIP -> Spec.HostsDown.SKIP;
            case HOSTS_DOWN_FAIL -> Spec.HostsDown.FAIL;
            case UNRECOGNIZED ->
                throw RefusedException.invalid(
                        "rollout.hosts_down",
                        rollout.getHostsDownValue() + " is not known to this manager; it knows wait, skip and fail");
        };
    }

    /** What could never be over in time. */
    private static void requireTime(Spec spec) {
        Duration minHealthy = spec.health().minHealthy();
        Duration host = spec.deadlines().host();
        if (host.compareTo(minHealthy) <= 0) {
            throw RefusedException.invalid(
                    "rollout.deadlines.host",
                    "no host can be healthy for " + Wording.of(minHealthy) + " (health.min_healthy) within "
                            + Wording.of(host) + "; give it more time for its upgrade and that");
        }
        Duration least = minHealthy.plus(spec.waves().soak());
        spec.deadlines()
                .upgrade()
                .filter(upgrade -> upgrade.compareTo(least) <= 0)
                .ifPresent(upgrade -> {
                    throw RefusedException.invalid(
                            "rollout.deadlines.upgrade",
                            "no upgrade can be over within " + Wording.of(upgrade) + ": its first wave alone takes "
                                    + Wording.of(least) + " (health.min_healthy and waves.soak); give it more, or leave"
                                    + " it out");
                });
    }
}
