package dev.holdfast.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.admin.v1.Rollout.HostsDown;
import dev.holdfast.proto.admin.v1.Window;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which hosts of a wave begin, and which do not. */
class TurnsTest {
    @Test
    void aPauseBeginsNothing() {
        Scene scene = new Scene(2, rollout -> rollout.getWavesBuilder().setMaxParallel("1"));
        scene.run();
        scene.fleet.isPaused = true;
        assertThat(scene.done("a").waitsFor()).isEqualTo("paused");
        scene.hosts("a UPGRADED", "b WAITING");
        scene.fleet.isPaused = false;
        scene.run();
        scene.hosts("a UPGRADED", "b UPGRADING");
    }

    @Test
    void noWaveBeginsInAPause() {
        Scene scene = new Scene(2, rollout -> rollout.getWavesBuilder().setCanary("1"));
        scene.run();
        scene.fleet.isPaused = true;
        assertThat(scene.done("a").waitsFor()).isEqualTo("paused");
        assertThat(scene.fleet.wave(2).begin).isEmpty();
    }

    @Test
    void waitsForTheWindow() {
        Scene scene = new Scene(
                1,
                rollout -> rollout.addWindows(window("23:30", "00:30", "Europe/Berlin"))
                        .addWindows(window("22:00", "22:10", "UTC")));
        Step closed = scene.run();
        assertThat(closed.waitsFor()).isEqualTo("the window that opens at 2026-03-06T22:00Z (UTC)");
        assertThat(closed.wake()).contains(Scene.after(30 * 60));
        scene.hosts("a WAITING");
        scene.pass(30 * 60);
        scene.hosts("a UPGRADING");
    }

    @Test
    void whatHasBegunGoesOnAfterTheWindow() {
        Scene scene = new Scene(
                2,
                rollout -> rollout.addWindows(window("21:30", "21:40", "UTC"))
                        .getWavesBuilder()
                        .setMaxParallel("1"));
        scene.run();
        scene.pass(10 * 60);
        scene.done("a");
        scene.hosts("a UPGRADED", "b WAITING");
    }

    private static Window.Builder window(String from, String to, String zone) {
        return Window.newBuilder().setFrom(from).setTo(to).setTimeZone(zone);
    }

    @Test
    void passesOverWhoIsAway() {
        Scene scene = down(HostsDown.HOSTS_DOWN_WAIT);
        scene.run();
        scene.hosts("a WAITING", "b UPGRADING", "c WAITING");
        scene.done("b");
        assertThat(scene.done("c").waitsFor()).isEqualTo("wave 1 of 1: a, whose agent is away");
        scene.host("a").isConnected = true;
        scene.run();
        scene.done("a");
        scene.ended(End.DONE, "");
    }

    @Test
    void leavesOutWhoIsAway() {
        Scene scene = down(HostsDown.HOSTS_DOWN_SKIP);
        scene.run();
        scene.hosts("a SKIPPED", "b UPGRADING", "c WAITING");
        scene.done("b");
        scene.done("c");
        scene.ended(End.DONE, "");
    }

    @Test
    void countsWhoIsAwayAsFailed() {
        Scene scene = down(HostsDown.HOSTS_DOWN_FAIL);
        scene.run();
        scene.hosts("a FAILED", "b SKIPPED", "c SKIPPED");
        scene.ended(End.ABORTED, "a: its agent was away when its turn came; and 2 more hosts");
    }

    @Test
    void whoseTurnHasNotComeMayBeAway() {
        Scene scene = new Scene(
                2,
                rollout -> rollout.setHostsDown(HostsDown.HOSTS_DOWN_FAIL)
                        .getWavesBuilder()
                        .setMaxParallel("1"));
        scene.host("b").isConnected = false;
        scene.run();
        scene.hosts("a UPGRADING", "b WAITING");
    }

    @Test
    void anAgentThatHasOnlyJustLeftIsWaitedForInAnyCase() {
        Scene scene = down(HostsDown.HOSTS_DOWN_FAIL);
        scene.host("a").lastSeen = scene.fleet.now;
        scene.run();
        scene.hosts("a WAITING", "b UPGRADING", "c WAITING");
        scene.pass(15);
        scene.done("b");
        scene.hosts("a FAILED", "b UPGRADED", "c SKIPPED");
    }

    @Test
    void leavesOutAForgottenHost() {
        Scene scene = down(HostsDown.HOSTS_DOWN_WAIT);
        scene.run();
        scene.host("a").giveUp();
        scene.run();
        scene.hosts("a SKIPPED", "b UPGRADING", "c WAITING");
        assertThat(scene.host("a").ending).contains(new Observed.Ending(End.ABORTED, "a cycle ended ABORTED"));
    }

    @Test
    void aProcessThatIsGoneDoesNotLeaveOutItsHost() {
        Scene scene = new Scene(2, 2, rollout -> rollout.getWavesBuilder().setMaxParallel("1"));
        scene.host("b").cycles.getFirst().end = Optional.of(End.ABORTED);
        scene.run();
        scene.hosts("a UPGRADING", "b WAITING");
    }

    private static Scene down(HostsDown down) {
        Scene scene = new Scene(
                3, rollout -> rollout.setHostsDown(down).getWavesBuilder().setMaxParallel("1"));
        scene.host("a").isConnected = false;
        return scene;
    }
}
