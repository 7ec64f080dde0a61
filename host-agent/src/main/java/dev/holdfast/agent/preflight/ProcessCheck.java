package dev.holdfast.agent.preflight;

import dev.holdfast.agent.process.ManagedProcess;
import java.util.List;
import java.util.Locale;

/** Whether there is a server that runs. */
final class ProcessCheck implements Check {
    @Override
    public String name() {
        return "process";
    }

    @Override
    public List<Finding> look(Subject subject) {
        if (subject.pids().isEmpty()) {
            return List.of(absent(subject));
        }
        List<Integer> stopped = subject.pids().stream()
                .filter(pid -> ProcessStatus.of(pid)
                        .filter(status -> status.state() == 'T')
                        .isPresent())
                .toList();
        if (!stopped.isEmpty() && !subject.isBeingUpgraded()) {
            return List.of(Finding.refused(
                    name(),
                    "process " + stopped.getFirst()
                            + " of the server is stopped by a signal, and would not become quiet: let it go on"
                            + " (kill -CONT) or end it"));
        }
        return List.of(Finding.passed(name(), subject.process().image() + " runs as " + Subject.words(subject.pids())));
    }

    private Finding absent(Subject subject) {
        if (subject.isBeingUpgraded()) {
            return Finding.warning(name(), "the server is just being replaced: ask again when that is over");
        }
        ManagedProcess.State state = subject.process().state();
        return Finding.refused(
                name(),
                state == ManagedProcess.State.RUNNING
                        ? "the process has just ended"
                        : "the process is " + state.name().toLowerCase(Locale.ROOT) + ", not running: start it first");
    }
}
