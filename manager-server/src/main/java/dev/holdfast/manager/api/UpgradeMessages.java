package dev.holdfast.manager.api;

import dev.holdfast.manager.store.CycleRow;
import dev.holdfast.manager.store.CycleState;
import dev.holdfast.manager.store.EventRow;
import dev.holdfast.manager.store.Outcome;
import dev.holdfast.manager.store.OutcomeRow;
import dev.holdfast.manager.store.UpgradeState;
import dev.holdfast.manager.upgrade.UpgradeView;
import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.OutcomeTotals;
import dev.holdfast.proto.admin.v1.StepTime;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import java.util.EnumMap;
import java.util.Map;

/** Upgrades as callers are told them. */
final class UpgradeMessages {
    private UpgradeMessages() {}

    static Upgrade of(UpgradeView view) {
        Map<Outcome, Integer> totals = new EnumMap<>(Outcome.class);
        view.cycles().forEach(cycle -> cycle.totals().forEach((outcome, n) -> totals.merge(outcome, n, Integer::sum)));
        Upgrade.Builder message = Upgrade.newBuilder()
                .setId(view.upgrade().id().toString())
                .setTenant(view.upgrade().tenant())
                .setImageName(view.upgrade().imageName())
                .setImageVersion(view.upgrade().imageVersion())
                .setState(state(view.upgrade().state()))
                .setCreateTime(Times.of(view.upgrade().createTime()))
                .setTotals(totals(totals));
        view.cycles().forEach(cycle -> message.addCycles(cycle(cycle)));
        RolloutMessages.addTo(message, view);
        if (view.upgrade().endTime() != null) {
            message.setEndTime(Times.of(view.upgrade().endTime()));
        }
        if (view.upgrade().abortTime() != null) {
            message.setAbortTime(Times.of(view.upgrade().abortTime()));
        }
        return message.build();
    }

    static UpgradeEvent of(EventRow event) {
        return UpgradeEvent.newBuilder()
                .setId(event.id())
                .setTime(Times.of(event.time()))
                .setCycleId(event.cycleId() == null ? "" : event.cycleId().toString())
                .setHost(event.host() == null ? "" : event.host())
                .setState(event.state())
                .setDetail(event.detail())
                .build();
    }

    static ConnectionOutcome of(OutcomeRow outcome) {
        return ConnectionOutcome.newBuilder()
                .setCycleId(outcome.cycleId().toString())
                .setLocal(outcome.local())
                .setPeer(outcome.peer())
                .setOutcome(outcome.outcome().column())
                .setReason(outcome.reason())
                .setBytesWaiting(outcome.bytesWaiting())
                .setPaused(Times.of(outcome.paused()))
                .build();
    }

    private static Cycle cycle(UpgradeView.CycleView view) {
        CycleRow cycle = view.cycle();
        Cycle.Builder message = Cycle.newBuilder()
                .setId(cycle.id().toString())
                .setProcessId(cycle.processId().toString())
                .setHost(cycle.host())
                .setFromVersion(cycle.fromVersion())
                .setToVersion(cycle.toVersion())
                .setState(state(cycle.state()))
                .setReason(cycle.reason())
                .setBack(cycle.back())
                .setTotals(totals(view.totals()));
        view.steps()
                .forEach(step -> message.addSteps(
                        StepTime.newBuilder().setStep(step.step()).setDuration(Times.of(step.duration()))));
        if (cycle.startTime() != null) {
            message.setStartTime(Times.of(cycle.startTime()));
        }
        if (cycle.endTime() != null) {
            message.setEndTime(Times.of(cycle.endTime()));
        }
        return message.build();
    }

    private static OutcomeTotals totals(Map<Outcome, Integer> totals) {
        return OutcomeTotals.newBuilder()
                .setKept(totals.getOrDefault(Outcome.KEPT, 0))
                .setReleased(totals.getOrDefault(Outcome.RELEASED, 0))
                .setClosedByClient(totals.getOrDefault(Outcome.CLOSED_BY_CLIENT, 0))
                .setReset(totals.getOrDefault(Outcome.RESET, 0))
                .build();
    }

    private static Upgrade.State state(UpgradeState state) {
        return switch (state) {
            case RUNNING -> Upgrade.State.STATE_RUNNING;
            case DONE -> Upgrade.State.STATE_DONE;
            case ABORTED -> Upgrade.State.STATE_ABORTED;
            case REVERTED -> Upgrade.State.STATE_REVERTED;
            case FAILED -> Upgrade.State.STATE_FAILED;
        };
    }

    private static Cycle.State state(CycleState state) {
        return switch (state) {
            case QUEUED -> Cycle.State.STATE_QUEUED;
            case PREPARING -> Cycle.State.STATE_PREPARING;
            case WARMING -> Cycle.State.STATE_WARMING;
            case HOLDING -> Cycle.State.STATE_HOLDING;
            case PAUSING -> Cycle.State.STATE_PAUSING;
            case QUIESCING -> Cycle.State.STATE_QUIESCING;
            case STOPPING -> Cycle.State.STATE_STOPPING;
            case STARTING -> Cycle.State.STATE_STARTING;
            case DELIVERING -> Cycle.State.STATE_DELIVERING;
            case RESUMING -> Cycle.State.STATE_RESUMING;
            case PROVING -> Cycle.State.STATE_PROVING;
            case LINGERING -> Cycle.State.STATE_LINGERING;
            case REVERTING -> Cycle.State.STATE_REVERTING;
            case DONE -> Cycle.State.STATE_DONE;
            case ABORTED -> Cycle.State.STATE_ABORTED;
            case REVERTED -> Cycle.State.STATE_REVERTED;
            case FAILED -> Cycle.State.STATE_FAILED;
        };
    }
}
