package dev.holdfast.agent.cycle;

import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;

/** Refuses every cycle: stands in until the engine is wired. */
public final class NoCycles implements Cycles {
    private final CycleListener listener;

    public NoCycles(CycleListener listener) {
        this.listener = listener;
    }

    @Override
    public void recover() {}

    @Override
    public void start(String cycleId, String processId, ImageRef image) {
        listener.reported(CycleReport.newBuilder()
                .setCycleId(cycleId)
                .setState(CycleState.CYCLE_STATE_ABORTED)
                .setReason("This agent cannot take over connections")
                .build());
    }
}
