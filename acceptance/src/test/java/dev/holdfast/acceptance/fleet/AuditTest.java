package dev.holdfast.acceptance.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.OutcomeTotals;
import dev.holdfast.proto.admin.v1.StepTime;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the bench would complain of. */
final class AuditTest {
    private static final Cycle DONE = Cycle.newBuilder()
            .setId("c")
            .setHost("h")
            .setProcessId("p")
            .setToVersion("v2")
            .setState(Cycle.State.STATE_DONE)
            .addSteps(StepTime.getDefaultInstance())
            .build();
    private static final Deed DEED = new Deed(
            "h",
            "p",
            "v2",
            CycleReport.newBuilder()
                    .setCycleId("c")
                    .setState(CycleState.CYCLE_STATE_DONE)
                    .addSteps(dev.holdfast.proto.agent.v1.StepTime.getDefaultInstance())
                    .build());

    @Test
    void whatWasDoneIsRight() {
        assertThat(wrong(List.of(DEED), DONE)).isEmpty();
    }

    @Test
    void anotherEndIsWrong() {
        Cycle aborted = DONE.toBuilder().setState(Cycle.State.STATE_ABORTED).build();

        assertThat(wrong(List.of(DEED), aborted)).singleElement().asString().contains("cycle c");
    }

    @Test
    void outcomesThatNobodyHadAreWrong() {
        Cycle kept = DONE.toBuilder()
                .setTotals(OutcomeTotals.newBuilder().setKept(1))
                .build();

        assertThat(wrong(List.of(DEED), kept)).hasSize(1);
    }

    @Test
    void aCycleThatNobodyDidIsWrong() {
        assertThat(wrong(List.of(), DONE)).singleElement().asString().contains("no agent did it");
    }

    @Test
    void aSecondCycleIsWrong() {
        Deed again = new Deed(
                "h", "p", "v2", DEED.report().toBuilder().setCycleId("d").build());

        assertThat(wrong(List.of(DEED, again), DONE, DONE.toBuilder().setId("d").build()))
                .singleElement()
                .asString()
                .contains("h: cycles");
    }

    @Test
    void aHostWithoutACycleAndADeedWithoutAnUpgradeAreWrong() {
        assertThat(wrong(List.of(DEED))).hasSize(2);
    }

    @Test
    void anotherEndOfTheUpgradeIsWrong() {
        Audit audit = new Audit(List.of(DEED));
        audit.cycles(
                Upgrade.newBuilder()
                        .addCycles(DONE)
                        .setState(Upgrade.State.STATE_FAILED)
                        .build(),
                List.of(),
                List.of("h"));

        assertThat(audit.wrong()).singleElement().asString().contains("upgrade");
    }

    private static List<String> wrong(List<Deed> deeds, Cycle... cycles) {
        Audit audit = new Audit(deeds);
        Upgrade.State end = cycles.length == 0
                ? Upgrade.State.STATE_DONE
                : Upgrade.State.valueOf(cycles[0].getState().name());
        audit.cycles(
                Upgrade.newBuilder().addAllCycles(List.of(cycles)).setState(end).build(), List.of(), List.of("h"));
        audit.nothingElse();
        return audit.wrong();
    }
}
