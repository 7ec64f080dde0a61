package dev.holdfast.agent.cycle;

import dev.holdfast.proto.agent.v1.CycleProgress;
import dev.holdfast.proto.agent.v1.CycleReport;

/** Hears how cycles go. */
public interface CycleListener {
    /** A step began. It may get lost: the report tells the steps again. */
    void progress(CycleProgress progress);

    /** A cycle is over. The report is on disk when this returns, and is sent until the manager has it. */
    void reported(CycleReport report);
}
