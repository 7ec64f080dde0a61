package dev.holdfast.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.admin.v1.Query;
import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.Waves.Approval;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an operator says, and what is meant where he says nothing. What cannot be meant is in {@link WrongSpecsTest}. */
class SpecReaderTest {
    @Test
    void everythingHasADefault() {
        assertThat(SpecReader.read(Rollout.getDefaultInstance()))
                .isEqualTo(new Spec(
                        Map.of(),
                        new Spec.Waves(
                                Extent.NONE, Extent.ALL, Extent.ALL, Duration.ZERO, Spec.Approval.NONE, "", List.of()),
                        new Spec.Health(Duration.ZERO, List.of(), OptionalInt.empty()),
                        new Spec.Failures(Extent.NONE, false),
                        new Spec.Deadlines(Duration.ofMinutes(30), Optional.empty()),
                        List.of(),
                        Spec.HostsDown.WAIT));
    }

    @Test
    void readsAllOfIt() {
        Rollout.Builder rollout = Rollout.newBuilder().putHostLabels("zone", "b");
        rollout.getWavesBuilder()
                .setCanary("1")
                .setBatch("25%")
                .setMaxParallel("10")
                .setSoak(Scene.seconds(60))
                .setApproval(Approval.APPROVAL_CANARY)
                .setGroupBy("rack")
                .addGroupOrder("r2");
        rollout.getHealthBuilder()
                .setMinHealthy(Scene.seconds(30).toBuilder().setNanos(5))
                .addQueries(Query.newBuilder().setUrl("HTTP://[::1]:8080/{host}"))
                .addQueries(Query.newBuilder()
                        .setUrl("http://prometheus:9090/base")
                        .setPrometheus("rate(errors{instance=\"{address}\"}[1m])")
                        .setMin(0)
                        .setMax(0.5))
                .setMaxReset(0);
        rollout.getFailuresBuilder().setBudget("0%").setAutoRollback(true);
        rollout.getDeadlinesBuilder().setHost(Scene.seconds(600)).setUpgrade(Scene.seconds(3600));
        rollout.addWindowsBuilder().setFrom("22:00").setTo("04:30").setTimeZone("Europe/Berlin");
        rollout.addWindowsBuilder()
                .addDays("sat")
                .addDays("mon")
                .setFrom("00:00")
                .setTo("00:00")
                .setTimeZone("UTC");
        rollout.setHostsDown(Rollout.HostsDown.HOSTS_DOWN_SKIP);
        assertThat(SpecReader.read(rollout.build()))
                .isEqualTo(new Spec(
                        Map.of("zone", "b"),
                        new Spec.Waves(
                                new Extent(1, false),
                                new Extent(25, true),
                                new Extent(10, false),
                                Duration.ofSeconds(60),
                                Spec.Approval.CANARY,
                                "rack",
                                List.of("r2")),
                        new Spec.Health(Duration.ofSeconds(30, 5), queries(), OptionalInt.of(0)),
                        new Spec.Failures(new Extent(0, true), true),
                        new Spec.Deadlines(Duration.ofMinutes(10), Optional.of(Duration.ofHours(1))),
                        List.of(
                                new Window(
                                        EnumSet.allOf(DayOfWeek.class),
                                        LocalTime.of(22, 0),
                                        LocalTime.of(4, 30),
                                        ZoneId.of("Europe/Berlin")),
                                new Window(
                                        Set.of(DayOfWeek.MONDAY, DayOfWeek.SATURDAY),
                                        LocalTime.MIDNIGHT,
                                        LocalTime.MIDNIGHT,
                                        ZoneId.of("UTC"))),
                        Spec.HostsDown.SKIP));
    }

    private static List<Spec.Query> queries() {
        return List.of(
                new Spec.Query("HTTP://[::1]:8080/{host}", "", OptionalDouble.empty(), OptionalDouble.empty()),
                new Spec.Query(
                        "http://prometheus:9090/base",
                        "rate(errors{instance=\"{address}\"}[1m])",
                        OptionalDouble.of(0),
                        OptionalDouble.of(0.5)));
    }

    @Test
    void aCountTooLargeToBeMeantIsAnyNumber() {
        Rollout.Builder rollout = Rollout.newBuilder();
        rollout.getHealthBuilder().setMaxReset(-1);
        assertThat(SpecReader.read(rollout.build()).health().maxReset()).hasValue(Integer.MAX_VALUE);
    }
}
