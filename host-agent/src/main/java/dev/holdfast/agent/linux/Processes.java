package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;
import static dev.holdfast.agent.linux.Native.POINTER;
import static dev.holdfast.agent.linux.Native.SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.time.Duration;

/** Calls on other processes: kill(2), tgkill(2), pidfd_open(2), pidfd_getfd(2), poll(2) on a pidfd. */
public final class Processes {
    private static final long SYS_TGKILL = 234;
    private static final long SYS_PIDFD_OPEN = 434;
    private static final long SYS_PIDFD_GETFD = 438;
    private static final short POLLIN = 1;

    private static final MethodHandle KILL = Native.function("kill", INT, INT, INT);
    private static final MethodHandle SYSCALL3 = Native.variadic("syscall", 1, LONG, LONG, LONG, LONG, LONG);
    private static final MethodHandle POLL = Native.function("poll", INT, POINTER, LONG, INT);

    private Processes() {}

    /** False when there is no such process; it is true for a zombie: watch exits through a pidfd. */
    public static boolean kill(int pid, int signal) {
        try {
            return found("kill", (int) KILL.invokeExact(Native.errnoSlot(), pid, signal));
        } catch (SyscallException e) {
            throw e;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** A signal to one thread; false when it is gone. */
    public static boolean tgkill(int pid, int tid, int signal) {
        return found("tgkill", syscall(SYS_TGKILL, pid, tid, signal));
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
        long deadline = System.nanoTime() + within.toNanos();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = arena.allocate(8);
            poll.set(INT, 0, pidfd.number());
            poll.set(SHORT, 4, POLLIN);
            while (true) {
                long left = Math.max(0, deadline - System.nanoTime());
                int result = (int) POLL.invokeExact(Native.errnoSlot(), poll, 1L, (int) ((left + 999_999) / 1_000_000));
                if (result >= 0) {
                    return result == 1;
                }
                if (Native.errno() != Errno.EINTR) {
                    throw new SyscallException("poll", Native.errno());
                }
            }
        } catch (SyscallException e) {
            throw e;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    private static long syscall(long number, long a, long b, long c) {
        try {
            return (long) SYSCALL3.invokeExact(Native.errnoSlot(), number, a, b, c);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
