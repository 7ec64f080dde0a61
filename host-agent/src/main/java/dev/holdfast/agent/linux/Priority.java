package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * While it is open, its thread goes before all that is not as urgent: getpriority(2), setpriority(2). Threads and processes
 * that it makes meanwhile do not (SCHED_RESET_ON_FORK of sched(7)). For work that clients wait for. To be closed by the thread
 * that opened it.
 */
public final class Priority implements AutoCloseable {
    private static final int PRIO_PROCESS = 0;
    private static final int MOST_URGENT = -20;
    /** A third of the usual share of a busy CPU. */
    private static final int LESS_URGENT = 5;

    private static final int THIS_THREAD = 0;
    private static final int SCHED_OTHER = 0;
    private static final int SCHED_RESET_ON_FORK = 0x40000000;

    private static final MethodHandle GET = Native.function("getpriority", INT, INT, INT);
    private static final MethodHandle SET = Native.function("setpriority", INT, INT, INT, INT);
    private static final MethodHandle POLICY = Native.function("sched_getscheduler", INT, INT);
    private static final MethodHandle SET_POLICY = Native.function("sched_setscheduler", INT, INT, INT, POINTER);

    private final int before;
    private final boolean urgent;

    private Priority() {
        before = of(THIS_THREAD);
        // Another policy is the operator's wish.
        urgent = policy() == SCHED_OTHER && set(MOST_URGENT);
        if (urgent) {
            setPolicy(SCHED_OTHER | SCHED_RESET_ON_FORK);
        }
    }

    /** Without the right to (CAP_SYS_NICE, or RLIMIT_NICE of getrlimit(2)) all stays as it is. */
    public static Priority first() {
        return new Priority();
    }

    /** From now on the thread, and what it makes, lets others go before it. */
    public static void stepBack() {
        var _ = set(of(THIS_THREAD) + LESS_URGENT);
    }

    /** The nice value of a thread, or of the first thread of a process. */
    static int of(int tid) {
        try {
            return (int) GET.invokeExact(Native.errnoSlot(), PRIO_PROCESS, tid);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    private static boolean set(int nice) {
        try {
            return (int) SET.invokeExact(Native.errnoSlot(), PRIO_PROCESS, THIS_THREAD, nice) == 0;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    private static int policy() {
        try {
            return (int) POLICY.invokeExact(Native.errnoSlot(), THIS_THREAD);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    private static void setPolicy(int policy) {
        try (Arena arena = Arena.ofConfined()) {
            // struct sched_param: a priority, which this policy has not.
            MemorySegment none = arena.allocate(INT);
            int _ = (int) SET_POLICY.invokeExact(Native.errnoSlot(), THIS_THREAD, policy, none);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    @Override
    public void close() {
        if (urgent) {
            var _ = set(before);
            setPolicy(SCHED_OTHER);
        }
    }
}
