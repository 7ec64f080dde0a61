package dev.holdfast.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What was upgraded goes back. */
class WayBackTest {
    private static final int DEADLINE = 30 * 60;

    /** "a" and "b" are upgraded one after the other, "c" is not. */
    private static Scene scene() {
        Scene scene = new Scene(3, rollout -> {
            rollout.getWavesBuilder().setMaxParallel("1");
            rollout.getFailuresBuilder().setAutoRollback(true);
        });
        scene.run();
        scene.done("a");
        scene.done("b");
        return scene;
    }

    @Test
    void followsAFailureWhenAskedFor() {
        Scene scene = scene();
        Step back = scene.cycles(End.ABORTED, "c");
        assertThat(back.waitsFor()).isEqualTo("a, going back");
        scene.hosts("a RETURNING", "b UPGRADED", "c FAILED");
        scene.done("a");
        scene.hosts("a RETURNED", "b RETURNING", "c FAILED");
        scene.done("b");
        scene.ended(End.REVERTED, "1 host failed, and 0 may; the last is c: a cycle ended ABORTED");
    }

    @Test
    void includesWhatFailedHalfWay() {
        Scene scene = scene();
        scene.host("b").isRunning = false;
        scene.run();
        scene.hosts("a UPGRADED", "b FAILED", "c UPGRADING");
        scene.cycles(End.ABORTED, "c");
        scene.done("a");
        scene.hosts("a RETURNED", "b RETURNING", "c FAILED");
    }

    @Test
    void beginsOnlyWhenNothingGoesForth() {
        Scene scene = scene();
        scene.fleet.stop("rolled back", true);
        assertThat(scene.run().waitsFor()).isEqualTo("a, going back");
        scene.hosts("a RETURNING", "b UPGRADED", "c FAILED");
    }

    @Test
    void waitsForWhatIsBeingUndone() {
        Scene scene = scene();
        scene.host("c").progress(End.DONE);
        scene.fleet.stop("rolled back", true);
        assertThat(scene.run().waitsFor()).isEqualTo("c, underway when the upgrade was stopped");
        scene.hosts("a UPGRADED", "b UPGRADED", "c UPGRADING");
        scene.done("c");
        scene.hosts("a RETURNING", "b UPGRADED", "c CHECKING");
    }

    @Test
    void waitsInAPause() {
        Scene scene = scene();
        scene.fleet.isPaused = true;
        scene.fleet.stop("rolled back", true);
        assertThat(scene.run().waitsFor()).isEqualTo("paused");
        scene.hosts("a UPGRADED", "b UPGRADED", "c FAILED");
    }

    @Test
    void failsWithAHostThatDoesNotGoBack() {
        Scene scene = scene();
        scene.fleet.stop("rolled back", true);
        scene.run();
        scene.cycles(End.ABORTED, "a");
        scene.hosts("a FAILED", "b RETURNING", "c FAILED");
        scene.done("b");
        scene.ended(End.FAILED, "a: it did not go back: a cycle ended ABORTED");
    }

    @Test
    void givesUpWhatIsAwayOnItsWay() {
        Scene scene = scene();
        scene.fleet.stop("rolled back", true);
        scene.run();
        scene.host("a").isConnected = false;
        scene.pass(DEADLINE - 1);
        scene.hosts("a RETURNING", "b UPGRADED", "c FAILED");
        scene.pass(1);
        scene.hosts("a FAILED", "b RETURNING", "c FAILED");
    }

    @Test
    void takesWhoIsAwayLast() {
        Scene scene = scene();
        scene.host("a").isConnected = false;
        scene.fleet.stop("rolled back", true);
        scene.run();
        scene.hosts("a UPGRADED", "b RETURNING", "c FAILED");
        scene.pass(100);
        Step away = scene.done("b");
        assertThat(away.waitsFor()).isEqualTo("a, whose agent is away");
        assertThat(away.wake()).contains(Scene.after(100 + DEADLINE));
        scene.host("a").isConnected = true;
        scene.run();
        scene.done("a");
        scene.ended(End.REVERTED, "rolled back");
    }

    @Test
    void leavesNobodyWhileOthersGoBack() {
        Scene scene = scene();
        scene.host("a").isConnected = false;
        scene.fleet.stop("rolled back", true);
        scene.run();
        scene.pass(DEADLINE);
        scene.hosts("a UPGRADED", "b RETURNING", "c FAILED");
    }

    @Test
    void leavesWhoStaysAway() {
        Scene scene = scene();
        scene.host("a").isConnected = false;
        scene.fleet.stop("rolled back", true);
        scene.run();
        scene.done("b");
        scene.pass(DEADLINE);
        scene.hosts("a FAILED", "b RETURNED", "c FAILED");
        scene.ended(End.FAILED, "a: it cannot go back: its agent was away for 30m");
    }

    @Test
    void isNotSureOfAHostWhoseCycleFailed() {
        Scene scene = scene();
        scene.cycles(End.FAILED, "c");
        scene.done("a");
        scene.done("b");
        scene.ended(End.FAILED, "c: a cycle ended FAILED");
    }
}
