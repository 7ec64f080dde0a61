package dev.holdfast.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.holdfast.proto.admin.v1.Rollout;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** An upgrade of hosts "a", "b" …, to tell stories about; {@link Invariants} are checked as it goes on. */
final class Scene {
    final ModelFleet fleet;
    private final Drive drive;

    Scene(int hosts, Consumer<Rollout.Builder> rollout) {
        this(hosts, 1, rollout);
    }

    Scene(int hosts, int processes, Consumer<Rollout.Builder> rollout) {
        Rollout.Builder builder = Rollout.newBuilder();
        rollout.accept(builder);
        List<PlannedHost> planned = IntStream.range(0, hosts)
                .mapToObj(index -> new PlannedHost(new UUID(0, index), String.valueOf((char) ('a' + index)), Map.of()))
                .toList();
        fleet = new ModelFleet(SpecReader.read(builder.build()), planned, processes);
        drive = new Drive(fleet);
    }

    static Duration seconds(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    ModelHost host(String name) {
        return fleet.hosts.stream()
                .filter(host -> host.host.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Returns what is waited for then. */
    Step run() {
        return drive.run();
    }

    Step pass(long seconds) {
        fleet.pass(java.time.Duration.ofSeconds(seconds));
        return run();
    }

    /** All cycles of these hosts end so; hosts without one are left as they are. */
    Step cycles(End end, String... hosts) {
        Arrays.stream(hosts).map(this::host).forEach(host -> {
            while (!host.open().isEmpty() && host.state.isUnderway()) {
                host.progress(end);
            }
        });
        return run();
    }

    Step done(String... hosts) {
        return cycles(End.DONE, hosts);
    }

    /** "a UPGRADING" for each, in order. */
    void hosts(String... states) {
        assertThat(fleet.hosts.stream().map(host -> host.host.name() + " " + host.state))
                .containsExactly(states);
    }

    void ended(End end, String reason) {
        assertThat(fleet.end).contains(new Observed.Ending(end, reason));
    }

    static Instant after(long seconds) {
        return ModelFleet.START.plusSeconds(seconds);
    }
}
