package dev.holdfast.manager.rollout;

import static dev.holdfast.manager.rollout.Scene.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Duration;
import dev.holdfast.manager.refusal.Refusal;
import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.proto.admin.v1.Query;
import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.Waves.Approval;
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
                wrong(
                        ".waves.canary",
                        "0 would be no host",
                        r -> r.getWavesBuilder().setCanary("0")),
                wrong(
                        ".waves.canary",
                        "0% would be no host",
                        r -> r.getWavesBuilder().setCanary("0%")),
                wrong(
                        ".waves.canary",
                        "'101%' is no extent",
                        r -> r.getWavesBuilder().setCanary("101%")),
                wrong(
                        ".waves.canary",
                        "'x' is no extent",
                        r -> r.getWavesBuilder().setCanary("x")),
                wrong(
                        ".waves.canary",
                        "'-1' is no extent",
                        r -> r.getWavesBuilder().setCanary("-1")),
                wrong(
                        ".waves.canary",
                        "'1.5%' is no extent",
                        r -> r.getWavesBuilder().setCanary("1.5%")),
                wrong(
                        ".waves.canary",
                        "'5 %' is no extent",
                        r -> r.getWavesBuilder().setCanary("5 %")),
                wrong(
                        ".waves.canary",
                        "no host for later",
                        r -> r.getWavesBuilder().setCanary("100%")),
                wrong(
                        ".waves.batch",
                        "0 would be no host",
                        r -> r.getWavesBuilder().setBatch("0")),
                wrong(
                        ".waves.batch",
                        "'99999999' is no extent",
                        r -> r.getWavesBuilder().setBatch("99999999")),
                wrong(
                        ".waves.max_parallel",
                        "0% would be no host",
                        r -> r.getWavesBuilder().setMaxParallel("0%")),
                wrong(".waves.soak", "negative", r -> r.getWavesBuilder().setSoak(seconds(-1))),
                wrong(
                        ".waves.approval",
                        "7 is not known",
                        r -> r.getWavesBuilder().setApprovalValue(7)),
                wrong(".waves.approval", "no canary", r -> r.getWavesBuilder().setApproval(Approval.APPROVAL_CANARY)),
                wrong(
                        ".waves.approval",
                        "only one wave",
                        r -> r.getWavesBuilder().setApproval(Approval.APPROVAL_EVERY)),
                wrong(".waves.group_order", "group_by", r -> r.getWavesBuilder().addGroupOrder("r1")),
                wrong(
                        ".waves.group_order",
                        "'r1' is there twice",
                        r -> r.getWavesBuilder()
                                .setGroupBy("rack")
                                .addGroupOrder("r1")
                                .addGroupOrder("r2")
                                .addGroupOrder("r1")),
                wrong(
                        ".waves.group_order",
                        "empty",
                        r -> r.getWavesBuilder().setGroupBy("rack").addGroupOrder("")),
                wrong(
                        ".failures.budget",
                        "'half' is no extent",
                        r -> r.getFailuresBuilder().setBudget("half")));
    }

    static Stream<Arguments> health() {
        String query = ".health.queries[0]";
        return Stream.of(
                wrong(
                        ".health.min_healthy",
                        "negative",
                        r -> r.getHealthBuilder().setMinHealthy(seconds(-5))),
                wrong(query + ".url", "a query asks somebody", r -> query(r, "", "")),
                wrong(query + ".url", "the Prometheus server", r -> query(r, "", "up")),
                wrong(query + ".url", "no HTTP address", r -> query(r, "web:8080/health", "")),
                wrong(query + ".url", "no HTTP address", r -> query(r, "/health", "")),
                wrong(query + ".url", "no HTTP address", r -> query(r, "ftp://web/health", "")),
                wrong(query + ".url", "no HTTP address", r -> query(r, "http:///health", "")),
                wrong(query + ".url", "only {host} and {address}", r -> query(r, "http://{ip}/health", "")),
                wrong(query + ".url", "/api/v1/query is added", r -> query(r, "http://p:9090/api/v1/query", "up")),
                wrong(query + ".prometheus", "blank", r -> query(r, "http://p:9090", " ")),
                wrong(
                        query + ".min",
                        "only the samples",
                        r -> first(query(r, "http://a", "")).setMin(1)),
                wrong(
                        query + ".max",
                        "only the samples",
                        r -> first(query(r, "http://a", "")).setMax(1)),
                wrong(
                        query + ".min",
                        "2.0 is more than max, 1.0",
                        r -> first(query(r, "http://p", "up")).setMin(2).setMax(1)),
                wrong(
                        query + ".max",
                        "NaN",
                        r -> first(query(r, "http://p", "up")).setMax(Double.NaN)),
                wrong(".health.queries[1].url", "no HTTP address", r -> query(query(r, "http://a", ""), "b", "")));
    }

    static Stream<Arguments> times() {
        return Stream.of(
                wrong(
                        ".deadlines.host",
                        "within 0s",
                        r -> r.getDeadlinesBuilder().setHost(seconds(0))),
                wrong(
                        ".deadlines.host",
                        "negative",
                        r -> r.getDeadlinesBuilder().setHost(seconds(-1))),
                wrong(
                        ".deadlines.upgrade",
                        "within 0s",
                        r -> r.getDeadlinesBuilder().setUpgrade(seconds(0))),
                wrong(
                        ".deadlines.upgrade",
                        "negative",
                        r -> r.getDeadlinesBuilder()
                                .setUpgrade(Duration.newBuilder().setNanos(-1))),
                wrong(
                        ".deadlines.upgrade",
                        "more than a year",
                        r -> r.getDeadlinesBuilder().setUpgrade(seconds(Long.MAX_VALUE))),
                wrong(
                        ".waves.soak",
                        "more than a second",
                        r -> r.getWavesBuilder().setSoak(Duration.newBuilder().setNanos(1_000_000_000))),
                wrong(
                        ".deadlines.host",
                        "healthy for 30m",
                        r -> r.getHealthBuilder().setMinHealthy(seconds(1800))),
                wrong(".deadlines.host", "within 1m", r -> {
                    r.getDeadlinesBuilder().setHost(seconds(60));
                    r.getHealthBuilder().setMinHealthy(seconds(61));
                }),
                wrong(".deadlines.upgrade", "its first wave alone takes 5m", r -> {
                    r.getDeadlinesBuilder().setUpgrade(seconds(300));
                    r.getWavesBuilder().setSoak(seconds(240));
                    r.getHealthBuilder().setMinHealthy(seconds(60));
                }));
    }

    static Stream<Arguments> windows() {
        return Stream.of(
                wrong(".windows[0].days", "'monday' is no day", r -> window(r, "22:00", "23:00", "UTC", "monday")),
                wrong(".windows[0].days", "'' is no day", r -> window(r, "22:00", "23:00", "UTC", "mon", "")),
                wrong(".windows[0].from", "'10pm' is no time", r -> window(r, "10pm", "23:00", "UTC")),
                wrong(".windows[0].from", "'' is no time", r -> window(r, "", "23:00", "UTC")),
                wrong(".windows[0].from", "'9:00' is no time", r -> window(r, "9:00", "23:00", "UTC")),
                wrong(".windows[0].to", "'25:00' is no time", r -> window(r, "22:00", "25:00", "UTC")),
                wrong(".windows[0].to", "write 00:00", r -> window(r, "22:00", "24:00", "UTC")),
                wrong(".windows[0].time_zone", "'' is no time zone", r -> window(r, "22:00", "23:00", "")),
                wrong(".windows[0].time_zone", "'+02:00' is no", r -> window(r, "22:00", "23:00", "+02:00")),
                wrong(
                        ".windows[1].time_zone",
                        "'Europe/Bonn' is no",
                        r -> window(window(r, "22:00", "23:00", "UTC"), "22:00", "23:00", "Europe/Bonn")));
    }

    private static Rollout.Builder query(Rollout.Builder rollout, String url, String prometheus) {
        rollout.getHealthBuilder().addQueriesBuilder().setUrl(url).setPrometheus(prometheus);
        return rollout;
    }

    private static Query.Builder first(Rollout.Builder rollout) {
        return rollout.getHealthBuilder().getQueriesBuilder(0);
    }

    private static Rollout.Builder window(
            Rollout.Builder rollout, String from, String to, String zone, String... days) {
        rollout.addWindowsBuilder()
                .setFrom(from)
                .setTo(to)
                .setTimeZone(zone)
                .addAllDays(Stream.of(days).toList());
        return rollout;
    }
}
