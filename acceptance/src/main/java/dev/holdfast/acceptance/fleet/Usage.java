package dev.holdfast.acceptance.fleet;

import dev.holdfast.acceptance.process.Managers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * CPU time until now, in seconds, by process; see proc_pid_stat(5).
 *
 * @param postgres its server processes are counted with its first process
 * @param agents all that are simulated, and the bench itself
 */
record Usage(long nanoTime, Map<Long, Double> managers, Map<Long, Double> postgres, double agents) {
    private static final double TICKS_PER_SECOND = 100;
    /** Positions after the closing parenthesis of the name: utime, stime, then the same of children that have ended. */
    private static final int UTIME = 11;

    static Usage now(Managers managers) throws IOException {
        Map<Long, Double> each = new HashMap<>();
        managers.pids().forEach(pid -> each.put(pid, cpu(pid, 2)));
        long postmaster = managers.postgresPid();
        double backends = ProcessHandle.of(postmaster).stream()
                .flatMap(ProcessHandle::children)
                .mapToDouble(child -> cpu(child.pid(), 2))
                .sum();
        return new Usage(
                System.nanoTime(),
                each,
                Map.of(postmaster, cpu(postmaster, 4) + backends),
                cpu(ProcessHandle.current().pid(), 2));
    }

    /** What was used since then by those that are still there, or new. */
    Phase since(Usage before, int hosts) {
        return Phase.of(
                (nanoTime - before.nanoTime) / 1e9,
                used(before.managers, managers),
                used(before.postgres, postgres),
                agents - before.agents,
                hosts);
    }

    private static double used(Map<Long, Double> before, Map<Long, Double> after) {
        return after.entrySet().stream()
                .mapToDouble(entry -> entry.getValue() - before.getOrDefault(entry.getKey(), 0.0))
                .sum();
    }

    /** The most memory that one of the managers had, in MiB: VmHWM of proc_pid_status(5). */
    static long peakMemory(Managers managers) throws IOException {
        long most = 0;
        for (long pid : managers.pids()) {
            for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status"))) {
                if (line.startsWith("VmHWM:")) {
                    most = Math.max(most, Long.parseLong(line.replaceAll("\\D", "")) / 1024);
                }
            }
        }
        return most;
    }

    /** The sum of so many fields; 0 of a process that is gone. */
    private static double cpu(long pid, int fields) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
            String[] values = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            for (int i = 0; i < fields; i++) {
                ticks += Long.parseLong(values[UTIME + i]);
            }
            return ticks / TICKS_PER_SECOND;
        } catch (IOException _) {
            return 0;
        }
    }
}
