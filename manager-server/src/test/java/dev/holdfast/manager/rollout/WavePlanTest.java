package dev.holdfast.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.Waves;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** "a1" is host a of rack 1, "a" one of none. */
class WavePlanTest {
    private static PlannedHost host(String name) {
        Map<String, String> labels = name.length() == 1 ? Map.of() : Map.of("rack", name.substring(1));
        return new PlannedHost(UUID.randomUUID(), name, labels);
    }

    private static List<String> plan(Waves.Builder waves, String... names) {
        Spec spec = SpecReader.read(Rollout.newBuilder().setWaves(waves).build());
        return WavePlan.of(spec, Stream.of(names).map(WavePlanTest::host).toList()).stream()
                .map(place -> place.host().name() + ":" + place.wave())
                .toList();
    }

    @Test
    void takesAllTogetherByName() {
        assertThat(plan(Waves.newBuilder(), "c", "a", "b")).containsExactly("a:1", "b:1", "c:1");
    }

    @Test
    void takesTheCanaryFirst() {
        assertThat(plan(Waves.newBuilder().setCanary("1").setBatch("2"), "a", "b", "c", "d"))
                .containsExactly("a:1", "b:2", "c:2", "d:3");
    }

    @Test
    void aPartIsOneOfAllHostsRoundedUp() {
        assertThat(plan(Waves.newBuilder().setCanary("1%").setBatch("40%"), "a", "b", "c", "d", "e", "f"))
                .containsExactly("a:1", "b:2", "c:2", "d:2", "e:3", "f:3");
    }

    @Test
    void aCanaryMayBeLargerThanTheFleet() {
        assertThat(plan(Waves.newBuilder().setCanary("5"), "a", "b")).containsExactly("a:1", "b:1");
    }

    @Test
    void takesGroupAfterGroup() {
        assertThat(plan(Waves.newBuilder().setGroupBy("rack"), "a", "b2", "c1", "d1", "e3"))
                .containsExactly("c1:1", "d1:1", "b2:2", "e3:3", "a:4");
    }

    @Test
    void takesTheGroupsInTheOrderAskedFor() {
        assertThat(plan(
                        Waves.newBuilder().setGroupBy("rack").addGroupOrder("3").addGroupOrder("2"),
                        "a",
                        "b2",
                        "c1",
                        "d0",
                        "e3"))
                .containsExactly("e3:1", "b2:2", "d0:3", "c1:4", "a:5");
    }

    @Test
    void beginsToCountWithEachGroup() {
        assertThat(plan(Waves.newBuilder().setGroupBy("rack").setBatch("2"), "a1", "b2", "c2", "d2"))
                .containsExactly("a1:1", "b2:2", "c2:2", "d2:3");
    }

    @Test
    void onlyTheCanarySpansGroups() {
        assertThat(plan(
                        Waves.newBuilder().setGroupBy("rack").setCanary("3").setBatch("2"),
                        "a1",
                        "b1",
                        "c2",
                        "d2",
                        "e2",
                        "f2",
                        "g3"))
                .containsExactly("a1:1", "b1:1", "c2:1", "d2:2", "e2:2", "f2:3", "g3:4");
    }

    @Provide
    Arbitrary<Spec> specs() {
        return Specs.all();
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void placesEachHostOnceInWavesWithoutGap(@ForAll("specs") Spec spec, @ForAll @IntRange(max = 30) int count) {
        List<PlannedHost> hosts = new ArrayList<>(Specs.hosts(count));
        List<WavePlan.Place> places = WavePlan.of(spec, hosts);
        assertThat(places.stream().map(WavePlan.Place::host)).containsExactlyInAnyOrderElementsOf(hosts);
        List<Integer> waves = places.stream().map(WavePlan.Place::wave).toList();
        assertThat(waves).isSorted();
        assertThat(waves.stream().distinct())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, waves.isEmpty() ? 0 : waves.getLast())
                        .boxed()
                        .toList());
        Collections.reverse(hosts);
        assertThat(WavePlan.of(spec, hosts)).isEqualTo(places);
    }
}
