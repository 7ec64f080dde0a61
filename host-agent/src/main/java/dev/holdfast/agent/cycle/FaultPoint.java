package dev.holdfast.agent.cycle;

import dev.holdfast.agent.linux.Processes;
import dev.holdfast.proto.agent.v1.CycleProgress;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * For tests: where in a cycle this agent dies of SIGKILL. At a step it is in the journal and nothing of it is done; at an end
 * everything is done and nothing is told; at "kept" all that is left to do is to tidy up.
 *
 * @param point a step or an end, "quiescing" or "done", or "kept"
 * @param millis how long after that
 * @param listener told all the same
 */
public record FaultPoint(String point, long millis, CycleListener listener) implements CycleListener {
    private static final String KEPT = "kept";
    private static final String PREFIX = "CYCLE_STATE_";
    private static final int SIGKILL = 9;

    /** As told: POINT or POINT+MILLIS. */
    public static CycleListener at(String told, CycleListener listener) {
        String[] parts = told.split("\\+", 2);
        return new FaultPoint(parts[0], parts.length == 1 ? 0 : Long.parseLong(parts[1]), listener);
    }

    @Override
    public void progress(CycleProgress progress) {
        listener.progress(progress);
        dieAt(name(progress.getState()));
    }

    @Override
    public void keep(CycleReport report) {
        dieAt(name(report.getState()));
        listener.keep(report);
        dieAt(KEPT);
    }

    private static String name(CycleState state) {
        return state.name().substring(PREFIX.length()).toLowerCase(Locale.ROOT);
    }

    private void dieAt(String here) {
        if (!here.equals(point)) {
            return;
        }
        if (millis == 0) {
            die();
        }
        Thread.ofPlatform().daemon().name("fault").start(() -> {
            LockSupport.parkNanos(millis * 1_000_000);
            die();
        });
    }

    /** All threads of it, this one too. */
    private static void die() {
        Processes.kill((int) ProcessHandle.current().pid(), SIGKILL);
        LockSupport.park();
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
