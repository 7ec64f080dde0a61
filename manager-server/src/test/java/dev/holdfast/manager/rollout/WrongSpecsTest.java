package dev.holdfast.manager.rollout;

import static dev.holdfast.manager.rollout.Scene.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Duration;
import dev.holdfast.manager.refusal.Refusal;
import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.proto.admin.v1.Deadlines;
import dev.holdfast.proto.admin.v1.Health;
import dev.holdfast.proto.admin.v1.Query;
import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.Waves;
import dev.holdfast.proto.admin.v1.Waves.Approval;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot be meant is refused with the field, the reason and a way out. */
class WrongSpecsTest {
    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource({"waves", "health", "times", "windows"})
    void refuses(String field, String part, Consumer<Rollout.Builder> wrong) {
        Rollout.Builder rollout = Rollout.newBuilder();
        wrong.accept(rollout);
        RefusedException refused = catchThrowableOfType(RefusedException.class, () -> SpecReader.read(rollout.build()));
        assertThat(refused).isNotNull();
        assertThat(refused.refusal()).isInstanceOfSatisfying(Refusal.Invalid.class, invalid -> {
            assertThat(invalid.field()).isEqualTo("rollout" + field);
            assertThat(invalid.description()).contains(part);
        });
    }

    private static Arguments wrong(String field, String part, Consumer<Rollout.Builder> wrong) {
        return arguments(field, part, wrong);
    }

    static Stream<Arguments> waves() {
        return Stream.of(
                wrong(".host_labels", "name=value", r -> r.putHostLabels("", "b")),
                wrong(".hosts_down", "9 is not known", r -> r.setHostsDownValue(9)),
                wave(".canary", "0 would be no host", w -> w.setCanary("0")),
                wave(".canary", "0% would be no host", w -> w.setCanary("0%")),
                wave(".canary", "'101%' is no extent", w -> w.setCanary("101%")),
                wave(".canary", "'x' is no extent", w -> w.setCanary("x")),
                wave(".canary", "'-1' is no extent", w -> w.setCanary("-1")),
                wave(".canary", "'1.5%' is no extent", w -> w.setCanary("1.5%")),
                wave(".canary", "'5 %' is no extent", w -> w.setCanary("5 %")),
                wave(".canary", "no host for later", w -> w.setCanary("100%")),
                wave(".batch", "0 would be no host", w -> w.setBatch("0")),
                wave(".batch", "'99999999' is no extent", w -> w.setBatch("99999999")),
                wave(".max_parallel", "0% would be no host", w -> w.setMaxParallel("0%")),
                wave(".soak", "negative", w -> w.setSoak(seconds(-1))),
                wave(".soak", "more than a second", w -> w.setSoak(nanos(1_000_000_000))),
                wave(".approval", "7 is not known", w -> w.setApprovalValue(7)),
                wave(".approval", "no canary", w -> w.setApproval(Approval.APPROVAL_CANARY)),
                wave(".approval", "only one wave", w -> w.setApproval(Approval.APPROVAL_EVERY)),
                wave(".group_order", "group_by", w -> w.addGroupOrder("1")),
                wave(".group_order", "'1' is there twice", w -> groups(w, "1", "2", "1")),
                wave(".group_order", "empty", w -> groups(w, "")),
                wrong(
                        ".failures.budget",
                        "'half' is no",
                        r -> r.getFailuresBuilder().setBudget("half")));
    }

    private static Arguments wave(String field, String part, Consumer<Waves.Builder> wrong) {
        return wrong(".waves" + field, part, rollout -> wrong.accept(rollout.getWavesBuilder()));
    }

    private static void groups(Waves.Builder waves, String... order) {
        waves.setGroupBy("rack").addAllGroupOrder(List.of(order));
    }

    static Stream<Arguments> health() {
        return Stream.of(
                wrong(".health.min_healthy", "negative", r -> healthy(r, -5)),
                query(".url", "a query asks somebody", "", "", _ -> {}),
                query(".url", "the Prometheus server", "", "up", _ -> {}),
                query(".url", "no HTTP address", "web:8080/health", "", _ -> {}),
                query(".url", "no HTTP address", "/health", "", _ -> {}),
                query(".url", "no HTTP address", "ftp://web/health", "", _ -> {}),
                query(".url", "no HTTP address", "http:/health", "", _ -> {}),
                query(".url", "only {host} and {address}", "http://{ip}/health", "", _ -> {}),
                query(".url", "/api/v1/query is added", "http://p:9090/api/v1/query", "up", _ -> {}),
                query(".prometheus", "blank", "http://p:9090", " ", _ -> {}),
                query(".min", "only the samples", "http://a", "", q -> q.setMin(1)),
                query(".max", "only the samples", "http://a", "", q -> q.setMax(1)),
                query(
                        ".min",
                        "2.0 is more than max, 1.0",
                        "http://p",
                        "up",
                        q -> q.setMin(2).setMax(1)),
                query(".max", "NaN", "http://p", "up", q -> q.setMax(Double.NaN)));
    }

    private static Arguments query(
            String field, String part, String url, String prometheus, Consumer<Query.Builder> wrong) {
        return wrong(".health.queries[1]" + field, part, rollout -> {
            Health.Builder health = rollout.getHealthBuilder();
            health.addQueriesBuilder().setUrl("https://a.example/");
            wrong.accept(health.addQueriesBuilder().setUrl(url).setPrometheus(prometheus));
        });
    }

    private static void healthy(Rollout.Builder rollout, long seconds) {
        rollout.getHealthBuilder().setMinHealthy(seconds(seconds));
    }

    static Stream<Arguments> times() {
        return Stream.of(
                deadline(".host", "within 0s", d -> d.setHost(seconds(0))),
                deadline(".host", "negative", d -> d.setHost(seconds(-1))),
                deadline(".upgrade", "within 0s", d -> d.setUpgrade(seconds(0))),
                deadline(".upgrade", "negative", d -> d.setUpgrade(nanos(-1))),
                deadline(".upgrade", "more than a year", d -> d.setUpgrade(seconds(Long.MAX_VALUE))),
                wrong(".deadlines.host", "healthy for 30m", r -> healthy(r, 1800)),
                wrong(".deadlines.host", "within 1m", r -> {
                    r.getDeadlinesBuilder().setHost(seconds(60));
                    healthy(r, 61);
                }),
                wrong(".deadlines.upgrade", "its first wave alone takes 5m", r -> {
                    r.getDeadlinesBuilder().setUpgrade(seconds(300));
                    r.getWavesBuilder().setSoak(seconds(240));
                    healthy(r, 60);
                }));
    }

    private static Arguments deadline(String field, String part, Consumer<Deadlines.Builder> wrong) {
        return wrong(".deadlines" + field, part, rollout -> wrong.accept(rollout.getDeadlinesBuilder()));
    }

    private static Duration nanos(int nanos) {
        return Duration.newBuilder().setNanos(nanos).build();
    }

    static Stream<Arguments> windows() {
        return Stream.of(
                window(".days", "'monday' is no day", "22:00", "23:00", "UTC", "monday"),
                window(".days", "'' is no day", "22:00", "23:00", "UTC", "mon", ""),
                window(".from", "'10pm' is no time", "10pm", "23:00", "UTC"),
                window(".from", "'' is no time", "", "23:00", "UTC"),
                window(".from", "'9:00' is no time", "9:00", "23:00", "UTC"),
                window(".to", "'25:00' is no time", "22:00", "25:00", "UTC"),
                window(".to", "write 00:00", "22:00", "24:00", "UTC"),
                window(".time_zone", "'' is no time zone", "22:00", "23:00", ""),
                window(".time_zone", "'+02:00' is no", "22:00", "23:00", "+02:00"),
                window(".time_zone", "'Europe/Bonn' is no", "22:00", "23:00", "Europe/Bonn"));
    }

    private static Arguments window(String field, String part, String from, String to, String zone, String... days) {
        return wrong(".windows[1]" + field, part, rollout -> {
            rollout.addWindowsBuilder().setFrom("00:00").setTo("00:00").setTimeZone("UTC");
            rollout.addWindowsBuilder()
                    .setFrom(from)
                    .setTo(to)
                    .setTimeZone(zone)
                    .addAllDays(List.of(days));
        });
    }
}
