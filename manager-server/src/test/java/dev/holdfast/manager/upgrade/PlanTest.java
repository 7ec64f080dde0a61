package dev.holdfast.manager.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.manager.rollout.SpecReader;
import dev.holdfast.manager.store.HostRow;
import dev.holdfast.manager.store.ImageRow;
import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.manager.store.ProcessState;
import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.Waves;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlanTest {
    private static final ImageRow TARGET = new ImageRow(2, 1, "acme", "shop", "2", "m", null, 0, Instant.EPOCH);

    @Test
    void goesOverTheHostsThatRunAnotherVersionWaveByWave() {
        HostRow a = host("a", "x");
        HostRow b = host("b", "x");
        HostRow upToDate = host("c", "x");
        HostRow elsewhere = host("d", "y");
        ProcessRow old = process(a, 1, ProcessState.RUNNING);
        ProcessRow older = process(b, 7, ProcessState.RUNNING);
        Plan plan = plan(
                Rollout.newBuilder()
                        .putHostLabels("zone", "x")
                        .setWaves(Waves.newBuilder().setCanary("1"))
                        .build(),
                List.of(b, a, upToDate, elsewhere),
                List.of(
                        older,
                        process(a, 2, ProcessState.RUNNING),
                        old,
                        process(upToDate, 2, ProcessState.RUNNING),
                        process(elsewhere, 1, ProcessState.RUNNING)));
        assertThat(plan.hosts())
                .containsExactly(new Plan.Entry(a, 1, List.of(old)), new Plan.Entry(b, 2, List.of(older)));
        assertThat(plan.processes()).containsExactly(old, older);
        assertThat(plan.waves()).isEqualTo(2);
        assertThat(plan.unconcerned()).containsExactly("c", "d");
    }

    @ParameterizedTest
    @EnumSource(ProcessState.class)
    void takesWhatRunsAndWhatIsAboutTo(ProcessState state) {
        boolean taken = switch (state) {
            case REQUESTED, STARTING, RUNNING -> true;
            case STOPPING, STOPPED, EXITED, FAILED -> false;
        };
        HostRow host = host("a", "x");
        assertThat(plan(Rollout.getDefaultInstance(), List.of(host), List.of(process(host, 1, state)))
                        .hosts())
                .hasSize(taken ? 1 : 0);
    }

    private static Plan plan(Rollout rollout, List<HostRow> hosts, List<ProcessRow> processes) {
        return Plan.of(TARGET, SpecReader.read(rollout), hosts, processes);
    }

    private static HostRow host(String name, String zone) {
        return new HostRow(
                UUID.randomUUID(),
                name,
                List.of(),
                "6.1",
                2,
                1,
                "test",
                Map.of("zone", zone),
                List.of("acme"),
                Instant.EPOCH,
                true);
    }

    private static ProcessRow process(HostRow host, long imageId, ProcessState state) {
        return new ProcessRow(
                UUID.randomUUID(), 1, "acme", "shop", imageId, "v", host.id(), host.name(), state, 5, null, "");
    }
}
