package dev.holdfast.agent.link;

import dev.holdfast.proto.agent.v1.CycleProgress;
import dev.holdfast.proto.agent.v1.CycleState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What cycles have come to, in order. That a server is paused is told at once, for the manager's list of those that are. Of the
 * steps that clients wait for from then on nothing is told before they are over, or have taken long: to tell it takes a CPU, and
 * on a host with few of them clients wait for that too.
 */
final class ProgressQueue {
    private static final long LONG_MILLIS = 500;
    private static final ScheduledThreadPoolExecutor LATER = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("progress").daemon().factory());

    static {
        // A thread is not made while clients wait.
        var _ = LATER.prestartCoreThread();
    }

    private final Consumer<CycleProgress> manager;
    private final List<CycleProgress> untold = new ArrayList<>();
    /** Linked before clients wait. */
    private final Runnable tellAll = this::tell;

    ProgressQueue(Consumer<CycleProgress> manager) {
        this.manager = manager;
    }

    synchronized void add(CycleProgress progress) {
        untold.add(progress);
        if (!isFelt(progress.getState())) {
            tell();
        } else if (untold.size() == 1) {
            var _ = LATER.schedule(tellAll, LONG_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** All of it, now. */
    synchronized void tell() {
        List<CycleProgress> all = List.copyOf(untold);
        untold.clear();
        all.forEach(manager);
    }

    private static boolean isFelt(CycleState state) {
        return switch (state) {
            case CYCLE_STATE_QUIESCING,
                    CYCLE_STATE_STOPPING,
                    CYCLE_STATE_STARTING,
                    CYCLE_STATE_DELIVERING,
                    CYCLE_STATE_RESUMING -> true;
            case CYCLE_STATE_UNSPECIFIED,
                    CYCLE_STATE_QUEUED,
                    CYCLE_STATE_PREPARING,
                    CYCLE_STATE_WARMING,
                    CYCLE_STATE_HOLDING,
                    CYCLE_STATE_PAUSING,
                    CYCLE_STATE_PROVING,
                    CYCLE_STATE_LINGERING,
                    CYCLE_STATE_REVERTING,
                    CYCLE_STATE_DONE,
                    CYCLE_STATE_ABORTED,
                    CYCLE_STATE_REVERTED,
                    CYCLE_STATE_FAILED,
                    UNRECOGNIZED -> false;
        };
    }
}
