package dev.holdfast.acceptance.fleet;

import static dev.holdfast.proto.agent.v1.CycleState.CYCLE_STATE_ABORTED;
import static dev.holdfast.proto.agent.v1.CycleState.CYCLE_STATE_DELIVERING;
import static dev.holdfast.proto.agent.v1.CycleState.CYCLE_STATE_DONE;
import static dev.holdfast.proto.agent.v1.CycleState.CYCLE_STATE_HOLDING;
import static dev.holdfast.proto.agent.v1.CycleState.CYCLE_STATE_PAUSING;
import static dev.holdfast.proto.agent.v1.CycleState.CYCLE_STATE_PREPARING;
import static dev.holdfast.proto.agent.v1.CycleState.CYCLE_STATE_QUIESCING;
import static dev.holdfast.proto.agent.v1.CycleState.CYCLE_STATE_RESUMING;
import static dev.holdfast.proto.agent.v1.CycleState.CYCLE_STATE_REVERTED;
import static dev.holdfast.proto.agent.v1.CycleState.CYCLE_STATE_REVERTING;
import static dev.holdfast.proto.agent.v1.CycleState.CYCLE_STATE_STARTING;
import static dev.holdfast.proto.agent.v1.CycleState.CYCLE_STATE_STOPPING;

import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.StartCycle;
import java.util.List;

/** A cycle of a simulated agent: the states of a real one, and nothing behind them. Each call is the next state. */
final class SimulatedCycle {
    /** One of so many hosts has a new server that does not become ready. */
    static final int BROKEN_ONE_IN = 20;

    private static final List<CycleState> GOOD = List.of(
            CYCLE_STATE_PREPARING,
            CYCLE_STATE_HOLDING,
            CYCLE_STATE_PAUSING,
            CYCLE_STATE_QUIESCING,
            CYCLE_STATE_STOPPING,
            CYCLE_STATE_STARTING,
            CYCLE_STATE_DELIVERING,
            CYCLE_STATE_RESUMING);
    private static final List<CycleState> BROKEN = List.of(
            CYCLE_STATE_PREPARING,
            CYCLE_STATE_HOLDING,
            CYCLE_STATE_PAUSING,
            CYCLE_STATE_QUIESCING,
            CYCLE_STATE_STOPPING,
            CYCLE_STATE_STARTING,
            CYCLE_STATE_REVERTING);

    private final StartCycle start;
    private final int host;
    private final List<CycleState> states;
    private int next;
    private String abortReason = "";

    SimulatedCycle(StartCycle start, int host) {
        this.start = start;
        this.host = host;
        this.states = host % BROKEN_ONE_IN == BROKEN_ONE_IN - 1 ? BROKEN : GOOD;
    }

    StartCycle start() {
        return start;
    }

    void abort(String reason) {
        abortReason = reason;
    }

    boolean isOver() {
        return next == states.size() || !abortReason.isEmpty();
    }

    /** The state that it comes to now. */
    CycleState advance() {
        return states.get(next++);
    }

    /** How it ended. */
    CycleReport report() {
        List<CycleState> steps = states.subList(0, next);
        boolean stopped = steps.contains(CYCLE_STATE_STOPPING);
        if (!abortReason.isEmpty()) {
            return report(stopped ? CYCLE_STATE_REVERTED : CYCLE_STATE_ABORTED, abortReason, steps);
        }
        return states.equals(BROKEN)
                ? report(CYCLE_STATE_REVERTED, "the new server was not ready within 30s", steps)
                : report(CYCLE_STATE_DONE, "", steps);
    }

    private CycleReport report(CycleState end, String reason, List<CycleState> steps) {
        return Messages.report(start.getCycleId(), end, reason, steps, host);
    }
}
