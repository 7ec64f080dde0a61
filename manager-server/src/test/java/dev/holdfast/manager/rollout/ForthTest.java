package dev.holdfast.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What becomes of a host whose cycles are underway. */
class ForthTest {
    private static final int DEADLINE = 30 * 60;

    @Test
    void endsAsItsCycleDid() {
        Scene scene = new Scene(1, _ -> {});
        scene.run();
        scene.cycles(End.REVERTED, "a");
        scene.hosts("a FAILED");
        scene.ended(End.REVERTED, "a: a cycle ended REVERTED");
    }

    @Test
    void isUndoneAsAWholeWhenOneCycleFails() {
        Scene scene = new Scene(2, 2, rollout -> rollout.getFailuresBuilder().setBudget("1"));
        scene.run();
        scene.host("b").progress(End.DONE);
        scene.host("b").progress(End.ABORTED);
        scene.run();
        assertThat(scene.host("b").isUndone).isTrue();
        assertThat(scene.host("b").open()).isEmpty();
        scene.hosts("a UPGRADING", "b FAILED");
    }

    @Test
    void waitsForWhatIsBeingUndone() {
        Scene scene = new Scene(2, 2, rollout -> rollout.getFailuresBuilder().setBudget("1"));
        scene.run();
        ModelHost host = scene.host("b");
        host.cycles.forEach(cycle -> cycle.isBegun = true);
        host.progress(End.FAILED);
        scene.run();
        scene.hosts("a UPGRADING", "b UPGRADING");
        assertThat(host.isUndone).isTrue();
        host.progress(End.REVERTED);
        scene.run();
        assertThat(host.ending).contains(new Observed.Ending(End.FAILED, "a cycle ended FAILED"));
    }

    @Test
    void failsWhenTooManyConnectionsWereReset() {
        Scene scene = new Scene(1, rollout -> rollout.getHealthBuilder().setMaxReset(1));
        scene.run();
        scene.host("a").progress(End.DONE);
        scene.host("a").resets = 1;
        scene.run();
        assertThat(scene.host("a").isUndone).isFalse();
        scene.host("a").resets = 2;
        scene.run();
        assertThat(scene.host("a").isUndone).isTrue();
        scene.hosts("a UPGRADING");
        scene.cycles(End.REVERTED, "a");
        scene.ended(End.FAILED, "a: 2 connections reset, of which 1 may be");
    }

    @Test
    void isUndoneAtItsDeadline() {
        Scene scene = new Scene(1, _ -> {});
        scene.run();
        scene.host("a").progress(End.DONE);
        assertThat(scene.run().wake()).contains(Scene.after(DEADLINE));
        scene.pass(DEADLINE);
        assertThat(scene.host("a").isUndone).isTrue();
        scene.hosts("a UPGRADING");
        scene.cycles(End.REVERTED, "a");
        scene.hosts("a FAILED");
    }

    @Test
    void isGivenUpAfterItsDeadlineOnlyWhileItsAgentIsAway() {
        Scene scene = new Scene(1, _ -> {});
        scene.run();
        scene.host("a").progress(End.DONE);
        scene.host("a").isConnected = false;
        scene.pass(DEADLINE - 1);
        scene.hosts("a UPGRADING");
        scene.host("a").isConnected = true;
        scene.pass(1);
        scene.hosts("a UPGRADING");
        scene.host("a").isConnected = false;
        scene.run();
        scene.ended(End.FAILED, "a: a cycle ended FAILED");
    }

    @Test
    void isDoneAlthoughItWasToBeUndone() {
        Scene scene = new Scene(1, _ -> {});
        scene.run();
        scene.host("a").progress(End.DONE);
        scene.fleet.stop("aborted", false);
        scene.run();
        assertThat(scene.host("a").isUndone).isTrue();
        scene.done("a");
        scene.ended(End.DONE, "");
    }
}
