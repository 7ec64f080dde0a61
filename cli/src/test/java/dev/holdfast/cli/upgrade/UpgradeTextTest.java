package dev.holdfast.cli.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.HostProgress;
import dev.holdfast.proto.admin.v1.OutcomeTotals;
import dev.holdfast.proto.admin.v1.StepTime;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import dev.holdfast.proto.admin.v1.Wave;
import org.junit.jupiter.api.Test;

class UpgradeTextTest {
    private static final Upgrade REVERTED = Upgrade.newBuilder()
            .setId("u1")
            .setTenant("acme")
            .setImageName("shop")
            .setImageVersion("v2")
            .setState(Upgrade.State.STATE_REVERTED)
            .setCreateTime(Timestamps.fromMillis(1_000))
            .setEndTime(Timestamps.fromMillis(2_250))
            .setTotals(OutcomeTotals.newBuilder().setKept(1001).setClosedByClient(1))
            .addCycles(cycle("web1", Cycle.State.STATE_DONE, 1000, "")
                    .addSteps(step("holding", 4_100))
                    .addSteps(step("delivering", 15_000)))
            .addCycles(cycle("web2", Cycle.State.STATE_REVERTED, 1, "not ready within 30 s")
                    .addSteps(step("holding", 400))
                    .addSteps(step("reverting", 1_000_000)))
            .build();

    @Test
    void theTitleSaysWhatHappensWhere() {
        assertThat(UpgradeText.title(REVERTED)).isEqualTo("Upgrade u1 of tenant acme to shop:v2, 2 server processes");
    }

    @Test
    void theSummaryCountsConnectionsAndTimesSteps() {
        assertThat(UpgradeText.summary(REVERTED)).isEqualTo("""
                Upgrade reverted in 1.25 s: kept 1001, released 0, closed by client 1, reset 0

                HOST  FROM  TO  STATE     KEPT  RELEASED  CLOSED  RESET  REASON
                web1  v1    v2  done      1000         0       0      0  -
                web2  v1    v2  reverted     1         0       0      0  not ready within 30 s

                HOST  holding ms  delivering ms  reverting ms
                web1         4.1           15.0             -
                web2         0.4              -        1000.0""");
    }

    @Test
    void howFarAnUpgradeIsAndWhatItWaitsForIsTold() {
        Upgrade waiting = Upgrade.newBuilder()
                .setId("u2")
                .setState(Upgrade.State.STATE_RUNNING)
                .addWaves(Wave.newBuilder()
                        .setNumber(1)
                        .setEndTime(Timestamps.fromMillis(1_500))
                        .addHosts(host("web1", HostProgress.State.STATE_UPGRADED)))
                .addWaves(Wave.newBuilder().setNumber(2).addHosts(host("web2", HostProgress.State.STATE_WAITING)))
                .setWaitsFor("approval of wave 2 of 2")
                .build();

        assertThat(UpgradeText.progress(waiting)).isEqualTo("""
                Upgrade u2 is running: 1 of 2 waves are over, 1 of 2 hosts are upgraded
                It waits for: approval of wave 2 of 2""");
        assertThat(UpgradeText.progress(waiting.toBuilder()
                        .setPauseTime(Timestamps.fromMillis(1_600))
                        .setStopReason("1 host failed, and 0 may")
                        .setBack(true)
                        .clearWaitsFor()
                        .build()))
                .isEqualTo("""
                        Upgrade u2 is running, paused: 1 of 2 waves are over, 1 of 2 hosts are upgraded
                        Stopped, going back: 1 host failed, and 0 may""");
    }

    private static HostProgress.Builder host(String name, HostProgress.State state) {
        return HostProgress.newBuilder().setHost(name).setState(state);
    }

    @Test
    void everyEndHasItsExitCode() {
        assertThat(exitCode(Upgrade.State.STATE_DONE)).isEqualTo(ExitCode.OK);
        assertThat(exitCode(Upgrade.State.STATE_REVERTED)).isEqualTo(3);
        assertThat(exitCode(Upgrade.State.STATE_ABORTED)).isEqualTo(4);
        assertThat(exitCode(Upgrade.State.STATE_FAILED)).isEqualTo(5);
        assertThat(exitCode(Upgrade.State.STATE_RUNNING)).isEqualTo(1);
    }

    @Test
    void anAbortSucceedsWhenTheUpgradeIsUndone() {
        assertThat(exitCodeOfAbort(Upgrade.State.STATE_ABORTED)).isEqualTo(ExitCode.OK);
        assertThat(exitCodeOfAbort(Upgrade.State.STATE_REVERTED)).isEqualTo(ExitCode.OK);
        assertThat(exitCodeOfAbort(Upgrade.State.STATE_DONE)).isEqualTo(8);
        assertThat(exitCodeOfAbort(Upgrade.State.STATE_FAILED)).isEqualTo(5);
        assertThat(exitCodeOfAbort(Upgrade.State.STATE_RUNNING)).isEqualTo(1);
    }

    @Test
    void whatAnAbortStillHasToUndoIsNamed() {
        Upgrade aborting = Upgrade.newBuilder()
                .setState(Upgrade.State.STATE_RUNNING)
                .setAbortTime(Timestamps.fromMillis(1_500))
                .addCycles(cycle("web1", Cycle.State.STATE_PROVING, 0, ""))
                .addCycles(cycle("web2", Cycle.State.STATE_ABORTED, 0, "by request")
                        .setEndTime(Timestamps.fromMillis(1_500)))
                .build();

        assertThat(UpgradeText.underway(aborting)).endsWith(": web1 (proving)");
        assertThat(UpgradeText.summary(aborting)).startsWith("Upgrade running, its abort is underway: kept 0");
    }

    @Test
    void statesThatLastAreExplained() {
        UpgradeEvent.Builder event = UpgradeEvent.newBuilder().setHost("web1").setState("proving");

        assertThat(UpgradeText.event(event.build())).endsWith("the new process serves, and is on trial");
        assertThat(UpgradeText.event(event.setDetail("for 10 s").build())).endsWith("proving      for 10 s");
        UpgradeEvent lingering = event.setState("lingering").clearDetail().build();
        assertThat(UpgradeText.event(lingering)).endsWith("the old one finishes what it has begun");
    }

    private static int exitCodeOfAbort(Upgrade.State state) {
        return Outcomes.exitCodeOfAbort(Upgrade.newBuilder().setState(state).build());
    }

    private static int exitCode(Upgrade.State state) {
        return Outcomes.exitCode(Upgrade.newBuilder().setState(state).build());
    }

    private static Cycle.Builder cycle(String host, Cycle.State state, int kept, String reason) {
        return Cycle.newBuilder()
                .setHost(host)
                .setFromVersion("v1")
                .setToVersion("v2")
                .setState(state)
                .setReason(reason)
                .setTotals(OutcomeTotals.newBuilder().setKept(kept));
    }

    private static StepTime.Builder step(String name, long micros) {
        return StepTime.newBuilder().setStep(name).setDuration(Durations.fromMicros(micros));
    }
}
