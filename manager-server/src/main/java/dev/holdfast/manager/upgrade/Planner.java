package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.Resolution;
import dev.holdfast.manager.store.ImageRow;
import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.manager.store.ProcessState;
import java.util.List;

/** Decides which server processes an upgrade goes over. */
final class Planner {
    private Planner() {}

    /** Those that run another version, host by host, oldest first. */
    static List<ProcessRow> plan(Resolution resolution, ImageRow target) {
        return resolution.hosts().stream()
                .flatMap(host -> host.processes().stream())
                .map(Resolution.ResolvedProcess::process)
                .filter(process -> process.state() == ProcessState.RUNNING && process.imageId() != target.id())
                .toList();
    }
}
