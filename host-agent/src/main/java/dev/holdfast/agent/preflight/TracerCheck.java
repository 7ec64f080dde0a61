package dev.holdfast.agent.preflight;

import dev.holdfast.agent.process.CommandLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Whether somebody traces the server: stops and signals would go through a debugger that knows nothing of us. */
final class TracerCheck implements Check {
    @Override
    public String name() {
        return "debugger";
    }

    @Override
    public List<Finding> look(Subject subject) {
        Optional<Finding> traced = subject.pids().stream()
                .map(this::look)
                .flatMap(Optional::stream)
                .findFirst();
        return List.of(traced.orElseGet(() -> Finding.passed(name(), "nobody traces the server")));
    }

    private Optional<Finding> look(int pid) {
        int tracer = ProcessStatus.of(pid).map(ProcessStatus::tracer).orElse(0);
        if (tracer == 0 || isOurs(tracer)) {
            return Optional.empty();
        }
        return Optional.of(Finding.refused(
                name(),
                "process " + pid + " is traced by process " + tracer + " (" + CommandLine.of(tracer)
                        + "): detach the debugger"));
    }

    /** Which delivers connections to it. */
    private static boolean isOurs(int tracer) {
        return Files.exists(Path.of("/proc/self/task/" + tracer));
    }
}
