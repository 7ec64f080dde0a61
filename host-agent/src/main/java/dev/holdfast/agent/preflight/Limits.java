package dev.holdfast.agent.preflight;

import dev.holdfast.agent.linux.ProcFiles;
import java.util.OptionalLong;

/** /proc/PID/limits: getrlimit(2) of other processes. */
final class Limits {
    private static final String OPEN_FILES = "Max open files";
    private static final int LONGEST = 8192;

    private Limits() {}

    /** The soft RLIMIT_NOFILE; empty when the process is gone. */
    static OptionalLong openFiles(String process) {
        return ProcFiles.read("/proc/" + process + "/limits", LONGEST).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(OPEN_FILES))
                .map(line -> line.substring(OPEN_FILES.length()).strip().split(" ", 2)[0])
                .mapToLong(soft -> soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft))
                .findFirst();
    }
}
