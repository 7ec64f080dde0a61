package dev.holdfast.manager.rollout;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Whatever an operator may ask for. */
final class Specs {
    private static final Spec.Query OF_HOST =
            new Spec.Query("http://{address}/", "", OptionalDouble.empty(), OptionalDouble.empty());
    private static final Spec.Query OF_WAVE =
            new Spec.Query("http://metrics/", "", OptionalDouble.empty(), OptionalDouble.empty());
    private static final Window NIGHT =
            new Window(EnumSet.allOf(DayOfWeek.class), LocalTime.of(22, 0), LocalTime.of(2, 0), ZoneOffset.UTC);
    private static final Window SATURDAY =
            new Window(Set.of(DayOfWeek.SATURDAY), LocalTime.NOON, LocalTime.NOON, ZoneOffset.UTC);

    private static final List<List<Window>> WINDOWS = List.of(List.of(), List.of(NIGHT, SATURDAY));

    private Specs() {}

    static Arbitrary<Spec> all() {
        return Combinators.combine(
                        waves(),
                        health(),
                        failures(),
                        Arbitraries.of(Optional.<Duration>empty(), Optional.of(Duration.ofHours(5))),
                        Arbitraries.of(WINDOWS),
                        Arbitraries.of(Spec.HostsDown.class))
                .as((waves, health, failures, deadline, windows, down) -> new Spec(
                        Map.of(),
                        waves,
                        health,
                        failures,
                        new Spec.Deadlines(Duration.ofMinutes(30), deadline),
                        windows,
                        down));
    }

    private static Arbitrary<Spec.Waves> waves() {
        return Combinators.combine(
                        Arbitraries.of(Extent.NONE, new Extent(1, false), new Extent(25, true)),
                        Arbitraries.of(Extent.ALL, new Extent(1, false), new Extent(2, false), new Extent(40, true)),
                        Arbitraries.of(Extent.ALL, new Extent(1, false), new Extent(2, false), new Extent(30, true)),
                        Arbitraries.of(Duration.ZERO, Duration.ofMinutes(5)),
                        Arbitraries.of(Spec.Approval.class),
                        Arbitraries.of("", "rack"))
                .as((canary, batch, parallel, soak, approval, group) ->
                        new Spec.Waves(canary, batch, parallel, soak, approval, group, List.of()));
    }

    private static Arbitrary<Spec.Health> health() {
        return Combinators.combine(
                        Arbitraries.of(Duration.ZERO, Duration.ofMinutes(1)),
                        Arbitraries.of(
                                List.<Spec.Query>of(), List.of(OF_HOST), List.of(OF_WAVE), List.of(OF_HOST, OF_WAVE)),
                        Arbitraries.of(OptionalInt.empty(), OptionalInt.of(0), OptionalInt.of(2)))
                .as(Spec.Health::new);
    }

    private static Arbitrary<Spec.Failures> failures() {
        return Combinators.combine(
                        Arbitraries.of(Extent.NONE, new Extent(1, false), new Extent(30, true), Extent.ALL),
                        Arbitraries.of(true, false))
                .as(Spec.Failures::new);
    }

    /** In three racks, some in none. */
    static List<PlannedHost> hosts(int count) {
        return IntStream.range(0, count)
                .mapToObj(index -> new PlannedHost(
                        new UUID(0, index),
                        "web-" + index,
                        index % 4 == 3 ? Map.of() : Map.of("rack", "r" + index % 4)))
                .toList();
    }
}
