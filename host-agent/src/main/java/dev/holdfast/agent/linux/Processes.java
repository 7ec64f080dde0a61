package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;

import java.lang.invoke.MethodHandle;
import java.time.Duration;

/** Calls on other processes: kill(2), tgkill(2), kcmp(2), pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2), poll(2) on a pidfd. */
public final class Processes {
    private static final long SYS_TGKILL = 234;
    private static final long SYS_KCMP = 312;
    private static final long KCMP_FILE = 0;
    private static final long KCMP_VM = 1;
    private static final long SYS_PIDFD_SEND_SIGNAL = 424;
    private static final long SYS_PIDFD_OPEN = 434;
    private static final long SYS_PIDFD_GETFD = 438;

    private static final MethodHandle KILL = Native.function("kill", INT, INT, INT);
    private static final MethodHandle GETEUID = Native.function("geteuid", INT);
    private static final MethodHandle SYSCALL = Native.variadic("syscall", 1, LONG, LONG, LONG, LONG, LONG, LONG, LONG);
    private static final long SELF = ProcessHandle.current().pid();

    private Processes() {}

    /** False when there is no such process; it is true for a zombie: watch exits through a pidfd. */
    public static boolean kill(int pid, int signal) {
        if (pid <= 0) {
            // To kill(2), whole groups: 0 the agent's own, -1 everything.
            throw new IllegalArgumentException(pid + " is not a process");
        }
        try {
            return found("kill", (int) KILL.invokeExact(Native.errnoSlot(), pid, signal));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** The user that this process acts as; geteuid(2). */
    public static int effectiveUid() {
        try {
            return (int) GETEUID.invokeExact(Native.errnoSlot());
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** As {@link #kill}, and never to another process that has come by the same pid. */
    public static boolean kill(OwnedFd pidfd, int signal) {
        return found("pidfd_send_signal", syscall(SYS_PIDFD_SEND_SIGNAL, pidfd.number(), signal, 0));
    }

    /** Whether it is a thread of that process, one that has ended and whose tracer has not been told included; tgkill(2). */
    public static boolean isThread(int pid, int tid) {
        return found("tgkill", syscall(SYS_TGKILL, pid, tid, 0));
    }

    /** Whether both have the same memory, as a child of vfork and its parent have until its exec; kcmp(2). */
    public static boolean shareMemory(int one, int other) {
        return syscall(SYS_KCMP, one, other, KCMP_VM) == 0;
    }

    /**
     * Whether a process has the same open file under that number as we have; kcmp(2). False also where that cannot be told,
     * as by a kernel without it.
     */
    public static boolean sharesFile(int pid, int number, OwnedFd ours) {
        return syscall(SYS_KCMP, SELF, pid, KCMP_FILE, ours.number(), number) == 0;
    }

    private static boolean found(String call, long result) {
        if (result == -1 && Native.errno() == Errno.ESRCH) {
            return false;
        }
        Native.check(call, result);
        return true;
    }

    /** A descriptor of the process with that pid; ESRCH when there is none. */
    public static OwnedFd pidfdOpen(int pid) {
        return new OwnedFd((int) Native.check("pidfd_open " + pid, syscall(SYS_PIDFD_OPEN, pid, 0, 0)));
    }

    /**
     * A duplicate of another process's descriptor: the same open file. Needs the right to trace the process
     * (PTRACE_MODE_ATTACH_REALCREDS). EBADF when the process has no such descriptor.
     */
    public static OwnedFd pidfdGetfd(OwnedFd pidfd, int target) {
        return new OwnedFd((int) Native.check("pidfd_getfd", syscall(SYS_PIDFD_GETFD, pidfd.number(), target, 0)));
    }

    /** Whether the process ended within the time, a zombie counting as ended. */
    public static boolean awaitExit(OwnedFd pidfd, Duration within) {
        return PollFd.awaitReadable(pidfd, within);
    }

    private static long syscall(long number, long a, long b, long c) {
        return syscall(number, a, b, c, 0, 0);
    }

    private static long syscall(long number, long a, long b, long c, long d, long e) {
        try {
            return (long) SYSCALL.invokeExact(Native.errnoSlot(), number, a, b, c, d, e);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
