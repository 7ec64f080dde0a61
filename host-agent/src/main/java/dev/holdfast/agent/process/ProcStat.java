package dev.holdfast.agent.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A line of /proc/PID/stat; proc_pid_stat(5).
 *
 * @param command the name in parentheses, at most 15 bytes
 * @param state R, S, D, Z (zombie), T (stopped), t (in a tracer's stop), X (dead), I (idle)
 * @param startTicks clock ticks from boot to the start: with the pid, what tells a process from a later one
 */
record ProcStat(int pid, String command, char state, int parent, int group, int session, long startTicks) {
    private static final int START_TICKS = 19;

    /** Empty when there is no such process. */
    static Optional<ProcStat> of(int pid) {
        return read(Path.of("/proc/" + pid + "/stat"));
    }

    /** The threads of a process; none when it is gone. */
    static List<ProcStat> threads(int pid) {
        return under(Path.of("/proc/" + pid + "/task"));
    }

    /** Every process that can be seen. */
    static List<ProcStat> all() {
        return under(Path.of("/proc"));
    }

    /** It will not run again on its own: stopped, held by a tracer, or ended. */
    boolean still() {
        return state == 'T' || state == 't' || ended();
    }

    /** A zombie, or on its way there. */
    boolean ended() {
        return state == 'Z' || state == 'X';
    }

    private static List<ProcStat> under(Path directory) {
        String[] names = directory.toFile().list((parent, name) -> Character.isDigit(name.charAt(0)));
        List<ProcStat> found = new ArrayList<>();
        if (names != null) {
            for (String name : names) {
                read(directory.resolve(name).resolve("stat")).ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<ProcStat> read(Path file) {
        try {
            return Optional.of(parse(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)));
        } catch (IOException e) {
            // ENOENT or, when it ends between open and read, ESRCH.
            return Optional.empty();
        }
    }

    /** The command may itself hold blanks and parentheses: the last one ends it. */
    static ProcStat parse(String line) {
        int open = line.indexOf('(');
        int close = line.lastIndexOf(')');
        String[] fields = line.substring(close + 2).strip().split(" ", -1);
        return new ProcStat(
                Integer.parseInt(line.substring(0, open - 1)),
                line.substring(open + 1, close),
                fields[0].charAt(0),
                Integer.parseInt(fields[1]),
                Integer.parseInt(fields[2]),
                Integer.parseInt(fields[3]),
                Long.parseLong(fields[START_TICKS]));
    }
}
