package dev.holdfast.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.admin.v1.Query;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a host counts as upgraded. */
class HealthyTest {
    private static Scene scene() {
        Scene scene = new Scene(2, rollout -> {
            rollout.getWavesBuilder().setMaxParallel("1");
            rollout.getHealthBuilder()
                    .setMinHealthy(Scene.seconds(60))
                    .addQueries(Query.newBuilder().setUrl("http://{address}/health"));
        });
        scene.host("a").queriesHold = false;
        scene.run();
        scene.done("a");
        return scene;
    }

    @Test
    void mustBeHealthyForItsTime() {
        Scene scene = scene();
        scene.host("a").queriesHold = true;
        assertThat(scene.pass(20).wake()).contains(Scene.after(80));
        scene.pass(59);
        scene.hosts("a CHECKING", "b WAITING");
        scene.pass(1);
        scene.hosts("a UPGRADED", "b UPGRADING");
    }

    @Test
    void aQueryThatFailsBeginsTheTimeAnew() {
        Scene scene = scene();
        scene.host("a").queriesHold = true;
        scene.pass(20);
        scene.host("a").queriesHold = false;
        Step asks = scene.pass(50);
        assertThat(asks.askHosts()).containsExactly(scene.host("a").id());
        scene.host("a").queriesHold = true;
        scene.pass(1);
        scene.pass(59);
        scene.hosts("a CHECKING", "b WAITING");
        scene.pass(1);
        scene.hosts("a UPGRADED", "b UPGRADING");
    }

    @Test
    void whatHeldBeforeItsCyclesWereDoneCountsForNothing() {
        Scene scene = scene();
        scene.host("a").holdsSince = Optional.of(Scene.after(-100));
        scene.host("a").queriesHold = true;
        scene.run();
        scene.hosts("a CHECKING", "b WAITING");
    }

    @Test
    void isNotHealthyWhileItsAgentIsAway() {
        Scene scene = scene();
        scene.host("a").queriesHold = true;
        scene.run();
        scene.host("a").isConnected = false;
        scene.pass(60);
        scene.hosts("a CHECKING", "b WAITING");
        scene.host("a").isConnected = true;
        scene.run();
        scene.hosts("a UPGRADED", "b UPGRADING");
    }

    @Test
    void failsAtOnceWhenAProcessDies() {
        Scene scene = scene();
        scene.host("a").isRunning = false;
        scene.run();
        scene.hosts("a FAILED", "b SKIPPED");
        assertThat(scene.host("a").ending)
                .contains(new Observed.Ending(End.FAILED, "not all of its server processes run"));
    }

    @Test
    void failsAfterItsDeadlineWithWhatDoesNotHold() {
        Scene scene = scene();
        assertThat(scene.run().wake()).contains(Scene.after(30 * 60));
        scene.pass(30 * 60);
        assertThat(scene.host("a").ending)
                .contains(new Observed.Ending(End.FAILED, "it was not healthy within 30m: no"));
    }

    @Test
    void failsLaterWhenAProcessDiesWhileTheUpgradeRuns() {
        Scene scene = scene();
        scene.host("a").queriesHold = true;
        scene.run();
        scene.pass(60);
        scene.host("a").isRunning = false;
        scene.run();
        scene.hosts("a FAILED", "b UPGRADING");
        assertThat(scene.fleet.stop).isPresent();
    }
}
