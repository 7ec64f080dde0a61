package dev.holdfast.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.admin.v1.Query;
import dev.holdfast.proto.admin.v1.Waves.Approval;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One wave after the other, with soak, gate and approval between them. */
class WavesTest {
    @Test
    void anUpgradeOfNothingIsDone() {
        Scene scene = new Scene(0, _ -> {});
        scene.run();
        scene.ended(End.DONE, "");
    }

    @Test
    void allBeginAtOnceUnlessAskedOtherwise() {
        Scene scene = new Scene(3, _ -> {});
        assertThat(scene.run().waitsFor()).isEqualTo("wave 1 of 1: a and 2 more, underway");
        scene.hosts("a UPGRADING", "b UPGRADING", "c UPGRADING");
        scene.done("a", "b", "c");
        scene.ended(End.DONE, "");
    }

    @Test
    void goesOneByOne() {
        Scene scene = new Scene(3, rollout -> rollout.getWavesBuilder().setMaxParallel("1"));
        scene.run();
        scene.hosts("a UPGRADING", "b WAITING", "c WAITING");
        scene.done("a");
        scene.hosts("a UPGRADED", "b UPGRADING", "c WAITING");
    }

    @Test
    void aPartOfAWaveIsAtLeastOneHost() {
        Scene scene = new Scene(3, rollout -> rollout.getWavesBuilder().setMaxParallel("1%"));
        scene.run();
        scene.hosts("a UPGRADING", "b WAITING", "c WAITING");
    }

    @Test
    void eachWaveSoaks() {
        Scene scene =
                new Scene(2, rollout -> rollout.getWavesBuilder().setCanary("1").setSoak(Scene.seconds(60)));
        scene.run();
        scene.pass(10);
        Step soaking = scene.done("a");
        assertThat(soaking.waitsFor()).isEqualTo("wave 1 of 2: soaking until " + Scene.after(70));
        assertThat(soaking.wake()).contains(Scene.after(70));
        scene.pass(59);
        scene.hosts("a UPGRADED", "b WAITING");
        scene.pass(1);
        scene.hosts("a UPGRADED", "b UPGRADING");
        scene.done("b");
        assertThat(scene.fleet.end).isEmpty();
        scene.pass(60);
        scene.ended(End.DONE, "");
    }

    @Test
    void theSoakBeginsAnewWhenAHostFailsInIt() {
        Scene scene = new Scene(2, rollout -> {
            rollout.getWavesBuilder().setCanary("1").setSoak(Scene.seconds(60));
            rollout.getFailuresBuilder().setBudget("1");
        });
        scene.run();
        scene.done("a");
        scene.pass(30);
        scene.host("a").isRunning = false;
        assertThat(scene.run().wake()).contains(Scene.after(90));
        scene.hosts("a FAILED", "b WAITING");
    }

    @Test
    void everyWaveButTheFirstMayWantApproval() {
        Scene scene = approved(Approval.APPROVAL_EVERY);
        scene.run();
        assertThat(scene.done("a").waitsFor()).isEqualTo("approval of wave 2 of 3: holdfast upgrade approve");
        assertThat(scene.run().wake()).isEmpty();
        approve(scene, 2);
        scene.hosts("a UPGRADED", "b UPGRADING", "c WAITING");
        scene.done("b");
        scene.hosts("a UPGRADED", "b UPGRADED", "c WAITING");
        approve(scene, 3);
        scene.done("c");
        scene.ended(End.DONE, "");
    }

    @Test
    void theCanaryAloneMayWantApproval() {
        Scene scene = approved(Approval.APPROVAL_CANARY);
        scene.run();
        scene.done("a");
        approve(scene, 2);
        scene.done("b");
        scene.hosts("a UPGRADED", "b UPGRADED", "c UPGRADING");
    }

    private static Scene approved(Approval approval) {
        return new Scene(
                3,
                rollout ->
                        rollout.getWavesBuilder().setCanary("1").setBatch("1").setApproval(approval));
    }

    private static void approve(Scene scene, int wave) {
        assertThat(scene.fleet.wave(wave).asked).isTrue();
        scene.fleet.wave(wave).approved = true;
        scene.run();
    }

    @Test
    void aQueryMustHoldAfterTheSoak() {
        Scene scene = gated();
        scene.fleet.wave(1).queriesHold = false;
        scene.run();
        assertThat(scene.done("a").askWave()).contains(1);
        Step gate = scene.pass(60);
        assertThat(gate.waitsFor()).isEqualTo("wave 1 of 2: a query that does not hold yet: errors");
        assertThat(gate.askWave()).contains(1);
        assertThat(gate.wake()).contains(Scene.after(60 + 30 * 60));
        scene.fleet.wave(1).queriesHold = true;
        scene.run();
        scene.hosts("a UPGRADED", "b UPGRADING");
    }

    @Test
    void aQueryThatNeverHoldsStopsTheUpgrade() {
        Scene scene = gated();
        scene.fleet.wave(1).queriesHold = false;
        scene.run();
        scene.done("a");
        scene.pass(60);
        scene.pass(30 * 60);
        assertThat(scene.fleet.stop)
                .contains(new Observed.Stop(
                        "wave 1 of 2: a query did not hold within 30m after the soak: errors",
                        false,
                        false,
                        Scene.after(60 + 30 * 60)));
        scene.hosts("a UPGRADED", "b SKIPPED");
        assertThat(scene.fleet.end.map(Observed.Ending::end)).contains(End.ABORTED);
    }

    private static Scene gated() {
        return new Scene(2, rollout -> {
            rollout.getWavesBuilder().setCanary("1").setSoak(Scene.seconds(60));
            rollout.getHealthBuilder()
                    .addAllQueries(List.of(
                            Query.newBuilder().setUrl("http://metrics/errors").build()));
        });
    }
}
