package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;

import java.lang.invoke.MethodHandle;

/**
 * While it is open, its thread goes before all that is not as urgent: getpriority(2), setpriority(2). For work that clients
 * wait for. To be closed by the thread that opened it.
 */
public final class Priority implements AutoCloseable {
    private static final int PRIO_PROCESS = 0;
    private static final int MOST_URGENT = -20;
    private static final int THIS_THREAD = 0;

    private static final MethodHandle GET = Native.function("getpriority", INT, INT, INT);
    private static final MethodHandle SET = Native.function("setpriority", INT, INT, INT, INT);

    private final int before;

    private Priority(int before) {
        this.before = before;
    }

    /** Without the right to (CAP_SYS_NICE, or RLIMIT_NICE of getrlimit(2)) all stays as it is. */
    public static Priority first() {
        Priority priority = new Priority(of(THIS_THREAD));
        var _ = set(THIS_THREAD, MOST_URGENT);
        return priority;
    }

    /** The nice value of a thread, or of the first thread of a process. */
    static int of(int tid) {
        try {
            return (int) GET.invokeExact(Native.errnoSlot(), PRIO_PROCESS, tid);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** As urgent as this program as a whole: a process has what the thread had that made it. */
    static void usual(int pid) {
        var _ = set(pid, of(Math.toIntExact(ProcessHandle.current().pid())));
    }

    private static boolean set(int tid, int nice) {
        try {
            return (int) SET.invokeExact(Native.errnoSlot(), PRIO_PROCESS, tid, nice) == 0;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    @Override
    public void close() {
        var _ = set(THIS_THREAD, before);
    }
}
