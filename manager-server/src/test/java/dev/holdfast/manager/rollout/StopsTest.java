package dev.holdfast.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When nothing more begins, and what becomes of what has. */
class StopsTest {
    @Test
    void asManyMayFailAsTheBudgetSays() {
        Scene scene = new Scene(5, rollout -> {
            rollout.getWavesBuilder().setMaxParallel("1");
            rollout.getFailuresBuilder().setBudget("20%");
        });
        scene.run();
        scene.cycles(End.ABORTED, "a");
        scene.hosts("a FAILED", "b UPGRADING", "c WAITING", "d WAITING", "e WAITING");
        scene.pass(1);
        scene.cycles(End.REVERTED, "b");
        scene.hosts("a FAILED", "b FAILED", "c SKIPPED", "d SKIPPED", "e SKIPPED");
        assertThat(scene.fleet.stop.orElseThrow().reason())
                .isEqualTo("2 hosts failed, and 20% may; the last is b: a cycle ended REVERTED");
        scene.ended(End.REVERTED, "b: a cycle ended REVERTED");
    }

    @Test
    void whatIsUnderwayMayComeToItsEndWhenTheBudgetIsSpent() {
        Scene scene = new Scene(3, rollout -> rollout.getHealthBuilder().setMinHealthy(Scene.seconds(60)));
        scene.run();
        scene.done("a");
        Step stopped = scene.cycles(End.ABORTED, "b");
        assertThat(stopped.waitsFor()).isEqualTo("a and 1 more, underway when the upgrade was stopped");
        scene.hosts("a CHECKING", "b FAILED", "c UPGRADING");
        scene.done("c");
        scene.hosts("a CHECKING", "b FAILED", "c CHECKING");
        scene.pass(60);
        scene.hosts("a UPGRADED", "b FAILED", "c UPGRADED");
        scene.ended(End.ABORTED, "b: a cycle ended ABORTED");
    }

    @Test
    void theDeadlineUndoesWhatIsUnderway() {
        Scene scene = new Scene(2, rollout -> {
            rollout.getWavesBuilder().setMaxParallel("1");
            rollout.getDeadlinesBuilder().setUpgrade(Scene.seconds(100));
        });
        assertThat(scene.run().wake()).contains(Scene.after(100));
        scene.host("a").progress(End.DONE);
        scene.fleet.isPaused = true;
        scene.pass(100);
        scene.hosts("a UPGRADING", "b SKIPPED");
        assertThat(scene.host("a").isUndone).isTrue();
        scene.cycles(End.REVERTED, "a");
        assertThat(scene.fleet.end.orElseThrow().end()).isEqualTo(End.REVERTED);
    }

    @Test
    void anAbortJudgesWhatIsCheckedAsItIs() {
        Scene scene = new Scene(3, rollout -> rollout.getHealthBuilder().setMinHealthy(Scene.seconds(60)));
        scene.run();
        scene.done("a", "b");
        scene.host("b").isRunning = false;
        scene.fleet.stop("aborted", false);
        scene.run();
        scene.hosts("a UPGRADED", "b FAILED", "c FAILED");
        scene.ended(End.FAILED, "b: not all of its server processes run");
    }

    @Test
    void anEndThatIsThereIsNotStoppedAnyMore() {
        Scene scene = new Scene(1, rollout -> rollout.getDeadlinesBuilder().setUpgrade(Scene.seconds(100)));
        scene.run();
        scene.host("a").progress(End.DONE);
        scene.host("a").progress(End.DONE);
        scene.run();
        scene.ended(End.DONE, "");
    }
}
