package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.Resolution;
import dev.holdfast.manager.store.ImageRow;
import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.manager.store.ProcessState;
import java.util.List;

/** Decides which server processes an upgrade goes over. */
final class Planner {
    private Planner() {}

    /** Those that run another version, or will when they have started, host by host, oldest first. */
    static List<ProcessRow> plan(Resolution resolution, ImageRow target) {
        return resolution.hosts().stream()
                .flatMap(host -> host.processes().stream())
                .map(Resolution.ResolvedProcess::process)
                .filter(process -> runs(process.state()) && process.imageId() != target.id())
                .toList();
    }

    private static boolean runs(ProcessState state) {
        return state == ProcessState.RUNNING || state.isBeforeRunning();
    }
}
