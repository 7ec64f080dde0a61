package dev.holdfast.agent.preflight;

import dev.holdfast.agent.linux.ProcFiles;
import dev.holdfast.agent.takeover.Holder;
import dev.holdfast.common.manifest.Manifest;
import dev.holdfast.common.manifest.Takeover;
import java.util.List;
import java.util.Optional;

/** Whether there is memory for what waits meanwhile, and for two servers where a new one is started beside the old. */
final class MemoryCheck implements Check {
    private static final int LONGEST = 8192;
    private static final String AVAILABLE = "MemAvailable:";

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public List<Finding> look(Subject subject) {
        MemoryBudget budget = MemoryBudget.of(Holder.count(subject.pids()));
        return List.of(budget.tooLittleHeap()
                .or(budget::tooLittleForTcp)
                .map(problem -> Finding.refused(name(), problem))
                .or(() -> budget.sparing().or(() -> twice(subject)).map(problem -> Finding.warning(name(), problem)))
                .orElseGet(() -> Finding.passed(name(), "there is enough for what waits meanwhile")));
    }

    private static Optional<String> twice(Subject subject) {
        long resident = subject.pids().stream()
                .flatMap(pid -> ProcessStatus.of(pid).stream())
                .mapToLong(ProcessStatus::kibibytesResident)
                .sum();
        return twice(subject.running(), resident, available());
    }

    static Optional<String> twice(Manifest manifest, long resident, long available) {
        return manifest.takeover().start() == Takeover.Start.COLD || resident < available
                ? Optional.empty()
                : Optional.of("the server uses up to " + resident + " KiB and " + available
                        + " KiB are free: with takeover.start: warm two of them run side by side; use cold");
    }

    /** In KiB; proc_meminfo(5). */
    private static long available() {
        return ProcFiles.read("/proc/meminfo", LONGEST).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(AVAILABLE))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }
}
