package dev.holdfast.acceptance.farm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.acceptance.demo.Progress;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.process.Holds;
import dev.holdfast.acceptance.server.NginxServer;
import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A short form of the farm. docs/torture.md has the long one. */
@Timeout(180)
final class FarmTest {
    private static final int CLIENTS = 20;
    private static final int PORT = 8080;
    private static final Duration WITHIN = Duration.ofSeconds(40);

    @BeforeAll
    static void hostsCanBeMade() throws InterruptedException {
        Optional<String> missing = FarmCommand.missing();
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    }

    @Test
    void oneBrokenHostStopsAnUpgradeOrIsLeftBehindAndNoClientNotices() throws Exception {
        int hosts = Drill.FEWEST_HOSTS;
        try (Farm farm = Farm.start(hosts)) {
            FarmResult result = new Drill(farm, CLIENTS, new Progress(System.out)).run();

            assertThat(result.good()).as(() -> result.json() + farm.logs()).isTrue();
            assertThat(result.connections()).isEqualTo(hosts * CLIENTS * Drill.SERVERS.size());
            assertThat(result.states())
                    .containsEntry("nginx", Map.of("failed", 1, "returned", hosts - 1))
                    .containsEntry("redis", Map.of("failed", 1, "upgraded", hosts - 1));
        }
    }

    @Test
    void aHostThatIsCutOffFromTheManagerEndsItsCycleAndReportsItOnce() throws Exception {
        try (Farm farm = Farm.start(1)) {
            FarmHost host = farm.hosts().getFirst();
            FarmImage image = farm.serve(new NginxServer(), PORT, CLIENTS);
            host.prepareFor(image);
            FarmServer server = farm.servers().getFirst();
            Holds holds = farm.holds(host);
            holds.at(List.of("stopping"));
            String upgrade = farm.begin(image, Rollout.getDefaultInstance()).getId();
            await().atMost(WITHIN).until(() -> holds.isHeld("stopping"));
            host.network().cutOffManager();
            holds.letGo("stopping");
            String next = image.to().version();
            await().atMost(WITHIN)
                    .until(() -> server.load().report().clients().stream()
                            .filter(client -> !client.kind().equals("idle"))
                            .allMatch(client -> client.answersByVersion().containsKey(next)));
            await().atMost(WITHIN).until(() -> !farm.admin().host(host.name()).getConnected());
            assertThat(farm.admin().process(server.processId()).getImageVersion())
                    .isEqualTo(image.from().version());
            host.network().reachManagerAgain();
            Upgrade ended = farm.admin().watch(upgrade, _ -> {});

            assertThat(ended.getState()).isEqualTo(Upgrade.State.STATE_DONE);
            Process process = farm.admin().process(server.processId());
            assertThat(process.getImageVersion()).isEqualTo(next);
            List<ConnectionOutcome> outcomes = farm.admin().outcomes(upgrade);
            assertThat(server.disagreements(ended.getCycles(0), outcomes)).isEmpty();
            LoadReport report = server.finishLasting();
            assertThat(report.kept()).as(() -> report.complaints().toString()).isEqualTo(CLIENTS);
            assertThat(report.wrong()).isZero();
            assertThat(server.finishComing().lost()).isZero();
        }
    }
}
