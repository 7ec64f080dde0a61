package dev.holdfast.agent.cycle;

import dev.holdfast.proto.agent.v1.CycleProgress;
import dev.holdfast.proto.agent.v1.CycleReport;
import java.util.Optional;

/** Hears how cycles go. */
public interface CycleListener {
    /** A step began. It may get lost: the report tells the steps again. */
    void progress(CycleProgress progress);

    /** A cycle is over: its report is on disk when this returns. Called again when that failed. */
    void keep(CycleReport report);

    /** The report that waits to be sent; empty when none does, as when the manager has it. */
    Optional<CycleReport> kept(String cycleId);

    /** The cycle whose report was kept has left nothing behind: it is sent until the manager has it. */
    void reported(String cycleId);
}
