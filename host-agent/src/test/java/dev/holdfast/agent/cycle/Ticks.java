package dev.holdfast.agent.cycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processor time of a process and its children that have ended: proc_pid_stat(5). */
final class Ticks {
    private static final int USER = 11;
    private static final int SYSTEM = 12;

    private Ticks() {}

    /** In ticks, of which there are a hundred in a second. */
    static long of(int pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM]);
    }
}
