package dev.holdfast.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.manager.refusal.Refusal;
import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.Waves;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HostLabelsTest {
    private static final PlannedHost A = new PlannedHost(UUID.randomUUID(), "a", Map.of("rack", "1", "zone", "north"));
    private static final PlannedHost B = new PlannedHost(UUID.randomUUID(), "b", Map.of("rack", "2", "gpu", ""));
    private static final List<PlannedHost> HOSTS = List.of(A, B);

    private static Spec labels(Map<String, String> labels, String groupBy) {
        return SpecReader.read(Rollout.newBuilder()
                .putAllHostLabels(labels)
                .setWaves(Waves.newBuilder().setGroupBy(groupBy))
                .build());
    }

    private static void refuses(Spec spec, String field, String description) {
        RefusedException refused =
                catchThrowableOfType(RefusedException.class, () -> HostLabels.concerned(spec, HOSTS));
        assertThat(refused).isNotNull();
        assertThat(refused.refusal()).isEqualTo(new Refusal.Invalid(field, description));
    }

    @Test
    void withoutLabelsAllAreConcerned() {
        assertThat(HostLabels.concerned(labels(Map.of(), ""), HOSTS)).containsExactly(A, B);
        assertThat(HostLabels.concerned(labels(Map.of(), "zone"), HOSTS)).containsExactly(A, B);
        assertThat(HostLabels.concerned(labels(Map.of(), ""), List.of())).isEmpty();
    }

    @Test
    void allLabelsMustBeThere() {
        assertThat(HostLabels.concerned(labels(Map.of("rack", "1", "zone", "north"), ""), HOSTS))
                .containsExactly(A);
        assertThat(HostLabels.concerned(labels(Map.of("gpu", ""), ""), HOSTS)).containsExactly(B);
    }

    @Test
    void refusesALabelThatNoHostHas() {
        refuses(
                labels(Map.of("rak", "1"), ""),
                "rollout.host_labels[rak]",
                "no host with the image has a label 'rak'; there is gpu, rack, zone");
    }

    @Test
    void refusesAValueThatNoHostHas() {
        refuses(
                labels(Map.of("rack", "7"), ""),
                "rollout.host_labels[rack]",
                "no host with the image has '7' as its label 'rack'; there is 1, 2");
    }

    @Test
    void refusesLabelsThatNoHostHasTogether() {
        refuses(
                labels(Map.of("rack", "2", "zone", "north"), ""),
                "rollout.host_labels",
                "no host with the image has all of these labels, though each of them is there; leave one out");
    }

    @Test
    void refusesToGroupByALabelThatNoHostHas() {
        refuses(
                labels(Map.of("rack", "2"), "row"),
                "rollout.waves.group_by",
                "no host with the image has a label 'row'; there is gpu, rack, zone");
    }
}
