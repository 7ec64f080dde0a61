package dev.holdfast.agent.process;

import dev.holdfast.agent.linux.ProcFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;

/**
 * A line of /proc/PID/stat; proc_pid_stat(5).
 *
 * @param command the name in parentheses, at most 15 bytes
 * @param state R, S, D, Z (zombie), T (stopped), t (in a tracer's stop), X (dead), I (idle); of a process, its first
 *     thread's
 * @param exiting whether its first thread is on its way out; its descriptors may be closed already
 * @param threads how many it has, its first one included for as long as there are others
 * @param startTicks clock ticks from boot to the start: with the pid, what tells a process from a later one
 */
record ProcStat(
        int pid,
        String command,
        char state,
        int parent,
        int group,
        int session,
        boolean exiting,
        int threads,
        long startTicks) {
    /** Longer than any line. */
    private static final int LONGEST = 1024;

    // Fields, counted from the state.
    private static final int PARENT = 1;
    private static final int GROUP = 2;
    private static final int SESSION = 3;
    private static final int FLAGS = 6;
    private static final int THREADS = 17;
    private static final int START_TICKS = 19;

    /** PF_EXITING of linux/sched.h. */
    private static final long EXITING = 4;

    /** Empty when there is no such process. */
    static Optional<ProcStat> of(int pid) {
        return read("/proc/" + pid + "/stat");
    }

    /** The threads of a process; none when it is gone. */
    static List<ProcStat> threads(int pid) {
        return under("/proc/" + pid + "/task");
    }

    /** The pids of the children of all its threads; none where the kernel does not tell. */
    static List<Integer> children(int pid) {
        List<Integer> found = new ArrayList<>();
        for (ProcStat thread : threads(pid)) {
            try {
                String pids = Files.readString(Path.of("/proc/" + pid + "/task/" + thread.pid() + "/children"));
                for (StringTokenizer each = new StringTokenizer(pids); each.hasMoreTokens(); ) {
                    found.add(Integer.parseInt(each.nextToken()));
                }
            } catch (IOException _) {
                // The thread is gone, or there is no such file.
            }
        }
        return found;
    }

    /** Every process that can be seen. */
    static List<ProcStat> all() {
        return under("/proc");
    }

    /** It will not run again on its own: stopped, held by a tracer, or ended. */
    boolean still() {
        return state == 'T' || state == 't' || state == 'Z' || state == 'X';
    }

    /** A zombie, or on its way there; not a process that has but left its first thread. */
    boolean ended() {
        return state == 'X' || (state == 'Z' && threads <= 1);
    }

    private static List<ProcStat> under(String directory) {
        List<ProcStat> found = new ArrayList<>();
        for (String name : ProcFiles.names(directory)) {
            if (Character.isDigit(name.charAt(0))) {
                read(directory + "/" + name + "/stat").ifPresent(found::add);
            }
        }
        return found;
    }

    /** One read gives the whole line; this is called for every process of the host while a server waits frozen. */
    private static Optional<ProcStat> read(String file) {
        return ProcFiles.read(file, LONGEST).map(ProcStat::parse);
    }

    /** The command may itself hold blanks and parentheses: the last one ends it. */
    static ProcStat parse(String line) {
        int open = line.indexOf('(');
        int close = line.lastIndexOf(')');
        int[] starts = new int[START_TICKS + 2];
        starts[0] = close + 2;
        for (int i = 1; i < starts.length; i++) {
            starts[i] = line.indexOf(' ', starts[i - 1]) + 1;
        }
        return new ProcStat(
                Integer.parseInt(line, 0, open - 1, 10),
                line.substring(open + 1, close),
                line.charAt(starts[0]),
                (int) number(line, starts, PARENT),
                (int) number(line, starts, GROUP),
                (int) number(line, starts, SESSION),
                (number(line, starts, FLAGS) & EXITING) != 0,
                (int) number(line, starts, THREADS),
                number(line, starts, START_TICKS));
    }

    private static long number(String line, int[] starts, int field) {
        return Long.parseLong(line, starts[field], starts[field + 1] - 1, 10);
    }
}
