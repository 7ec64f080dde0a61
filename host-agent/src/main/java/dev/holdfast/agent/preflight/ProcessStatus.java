package dev.holdfast.agent.preflight;

import dev.holdfast.agent.linux.ProcFiles;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** /proc/PID/status, proc_pid_status(5): what comes after the colons, by what stands before them. */
record ProcessStatus(Map<String, String> fields) {
    private static final int LONGEST = 16384;
    private static final int CAP_SYS_PTRACE = 19;

    ProcessStatus {
        fields = Map.copyOf(fields);
    }

    /** Empty when the process is gone. */
    static Optional<ProcessStatus> of(int pid) {
        return read("/proc/" + pid + "/status");
    }

    /** Of the calling thread: to the kernel, rights are a thread's own. */
    static ProcessStatus own() {
        return read("/proc/thread-self/status").orElseThrow();
    }

    private static Optional<ProcessStatus> read(String file) {
        return ProcFiles.read(file, LONGEST).map(ProcessStatus::parse);
    }

    static ProcessStatus parse(String text) {
        return new ProcessStatus(text.lines()
                .filter(line -> line.contains(":"))
                .map(line -> line.split(":", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1].strip(), (first, _) -> first)));
    }

    /** The first letter of the state: R, S, D, T (stopped), t (in a tracer's stop), Z … */
    char state() {
        return fields.getOrDefault("State", "?").charAt(0);
    }

    /** The thread that traces it; 0 for none. */
    int tracer() {
        return number("TracerPid");
    }

    int effectiveUid() {
        return Integer.parseInt(fields.getOrDefault("Uid", "0 0").split("\\s+", 4)[1]);
    }

    /** How many filters of seccomp(2) judge its system calls. */
    int seccompFilters() {
        return number("Seccomp_filters");
    }

    long kibibytesResident() {
        return number("VmRSS");
    }

    boolean mayTraceAnybody() {
        long effective = Long.parseUnsignedLong(fields.getOrDefault("CapEff", "0"), 16);
        return (effective & (1L << CAP_SYS_PTRACE)) != 0;
    }

    /** 0 where the kernel does not tell. */
    private int number(String field) {
        return Integer.parseInt(fields.getOrDefault(field, "0").split(" ", 2)[0]);
    }
}
