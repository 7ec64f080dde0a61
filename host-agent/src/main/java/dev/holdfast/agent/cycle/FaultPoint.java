package dev.holdfast.agent.cycle;

import dev.holdfast.proto.agent.v1.CycleProgress;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * For tests: where in a cycle something bad happens. At a step it is in the journal and nothing of it is done; at an end
 * everything is done and nothing is told; at "kept" all that is left to do is to tidy up.
 *
 * @param fault is told where the cycle is, a step or an end, "quiescing" or "done", or "kept"; the cycle goes on when it returns
 * @param listener told all the same
 */
public record FaultPoint(Consumer<String> fault, CycleListener listener) implements CycleListener {
    private static final String KEPT = "kept";
    private static final String HOLD = "hold:";
    private static final String PREFIX = "CYCLE_STATE_";

    /** As told: POINT or POINT+MILLIS, where this agent dies; or hold:DIRECTORY, where it can be made to wait. */
    public static CycleListener at(String told, CycleListener listener) {
        return told.startsWith(HOLD)
                ? new FaultPoint(new HoldUp(Path.of(told.substring(HOLD.length()))), listener)
                : new FaultPoint(Death.at(told), listener);
    }

    @Override
    public void progress(CycleProgress progress) {
        listener.progress(progress);
        fault.accept(name(progress.getState()));
    }

    @Override
    public void keep(CycleReport report) {
        fault.accept(name(report.getState()));
        listener.keep(report);
        fault.accept(KEPT);
    }

    private static String name(CycleState state) {
        return state.name().substring(PREFIX.length()).toLowerCase(Locale.ROOT);
    }

    @Override
    public Optional<CycleReport> kept(String cycleId) {
        return listener.kept(cycleId);
    }

    @Override
    public void reported(String cycleId) {
        listener.reported(cycleId);
    }
}
