package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** ptrace(2). All calls for a tracee come from the one thread that seized it. ESRCH when it is gone or not stopped. */
public final class Ptrace {
    public static final int EVENT_FORK = 1;
    public static final int EVENT_VFORK = 2;
    public static final int EVENT_CLONE = 3;
    public static final int EVENT_EXEC = 4;
    /** A thread is about to end: all that it has is still there, and it runs no more. */
    public static final int EVENT_EXIT = 6;

    public static final int EVENT_STOP = 128;

    private static final int PEEKTEXT = 1;
    private static final int POKETEXT = 4;
    private static final int CONT = 7;
    private static final int GETREGS = 12;
    private static final int SETREGS = 13;
    private static final int DETACH = 17;
    private static final int SYSCALL = 24;
    private static final int SETOPTIONS = 0x4200;
    private static final int GETEVENTMSG = 0x4201;
    private static final int SEIZE = 0x4206;
    private static final int INTERRUPT = 0x4207;
    private static final int LISTEN = 0x4208;
    private static final int GETSIGMASK = 0x420a;
    private static final int SETSIGMASK = 0x420b;
    private static final int GET_SYSCALL_INFO = 0x420e;
    /** SYSGOOD, FORK, VFORK, CLONE and EXEC. */
    private static final long OPTIONS = 1 | 2 | 4 | 8 | 16;
    /** FORK, VFORK and EXIT. */
    private static final long FORKS_AND_EXIT = 2 | 4 | 64;
    /** A half-grafted server must not outlive its tracer. */
    private static final long EXITKILL = 0x100000;

    private static final long SIGNAL_SET_BYTES = 8;

    private static final MethodHandle PTRACE = Native.variadic("ptrace", 1, LONG, INT, INT, LONG, LONG);
    private static final MethodHandle PTRACE_DATA = Native.variadic("ptrace", 1, LONG, INT, INT, LONG, POINTER);
    private static final MethodHandle PTRACE_RAW = Native.variadic("syscall", 1, LONG, LONG, LONG, LONG, LONG, POINTER);
    private static final long SYS_PTRACE = 101;

    private Ptrace() {}

    /** Becomes the tracer without stopping the tracee; follows what it forks and clones. */
    public static void seize(int pid) {
        request("PTRACE_SEIZE", SEIZE, pid, 0, OPTIONS | EXITKILL);
    }

    /** As {@link #seize}, of one that has a life of its own: it lives on when its tracer ends, until {@link #binding}. */
    public static void seizeSparing(int tid) {
        request("PTRACE_SEIZE", SEIZE, tid, 0, OPTIONS);
    }

    /** From now on the stopped tracee, and what it begets, dies when its tracer ends. */
    public static void binding(int tid) {
        request("PTRACE_SETOPTIONS", SETOPTIONS, tid, 0, OPTIONS | EXITKILL);
    }

    /**
     * Becomes the tracer without stopping the tracee, to see its end and the processes that it makes and nothing else; it
     * lives on when its tracer ends.
     */
    public static void seizeForExit(int tid) {
        request("PTRACE_SEIZE", SEIZE, tid, 0, FORKS_AND_EXIT);
    }

    /** From now on the stopped tracee, and what it begets, lives on when its tracer ends. */
    public static void sparing(int tid) {
        request("PTRACE_SETOPTIONS", SETOPTIONS, tid, 0, OPTIONS);
    }

    public static void interrupt(int tid) {
        request("PTRACE_INTERRUPT", INTERRUPT, tid, 0, 0);
    }

    /** Leaves a group-stop in force and goes on watching. */
    public static void listen(int tid) {
        request("PTRACE_LISTEN", LISTEN, tid, 0, 0);
    }

    /** Goes on to the next entry or exit of a system call, delivering the signal unless it is 0. */
    public static void resumeToSyscall(int tid, int signal) {
        request("PTRACE_SYSCALL", SYSCALL, tid, 0, signal);
    }

    public static void resume(int tid, int signal) {
        request("PTRACE_CONT", CONT, tid, 0, signal);
    }

    public static void detach(int tid, int signal) {
        request("PTRACE_DETACH", DETACH, tid, 0, signal);
    }

    public static void registers(int tid, Registers into) {
        data("PTRACE_GETREGS", GETREGS, tid, 0, into.segment());
    }

    public static void setRegisters(int tid, Registers from) {
        data("PTRACE_SETREGS", SETREGS, tid, 0, from.segment());
    }

    /** The new thread's or process's id of a fork, vfork or clone event. */
    public static long eventMessage(int tid) {
        MemorySegment message = Native.scratch();
        data("PTRACE_GETEVENTMSG", GETEVENTMSG, tid, 0, message);
        return message.get(LONG, 0);
    }

    /** Whether it is ours and stopped, so that the other requests are possible. */
    public static boolean isStopped(int tid) {
        try {
            eventMessage(tid);
            return true;
        } catch (SyscallException e) {
            if (e.errno() == Errno.ESRCH) {
                return false;
            }
            throw e;
        }
    }

    /** Which signals the thread blocks, bit N - 1 for signal N. */
    public static long signalMask(int tid) {
        MemorySegment mask = Native.scratch();
        data("PTRACE_GETSIGMASK", GETSIGMASK, tid, SIGNAL_SET_BYTES, mask);
        return mask.get(LONG, 0);
    }

    /** Blocks those signals and no others; SIGKILL and SIGSTOP cannot be blocked. */
    public static void signalMask(int tid, long blocked) {
        MemorySegment mask = Native.scratch();
        mask.set(LONG, 0, blocked);
        data("PTRACE_SETSIGMASK", SETSIGMASK, tid, SIGNAL_SET_BYTES, mask);
    }

    /** Where a tracee is in a system call, at a stop that PTRACE_SYSCALL made (Linux 5.3). */
    public sealed interface Call {
        record Entry(long number, long first, long second, long fourth) implements Call {}

        record Exit(long result) implements Call {}

        record None() implements Call {}
    }

    public static Call call(int tid) {
        try {
            MemorySegment info = Native.scratch();
            long size = (long)
                    PTRACE_DATA.invokeExact(Native.errnoSlot(), GET_SYSCALL_INFO, tid, (long) SyscallInfo.SIZE, info);
            Native.check("PTRACE_GET_SYSCALL_INFO", size);
            return SyscallInfo.read(info);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** Eight bytes of text; the raw call, since the library's returns the word itself. */
    public static long peekText(int tid, long address) {
        try {
            MemorySegment word = Native.scratch();
            long result = (long)
                    PTRACE_RAW.invokeExact(Native.errnoSlot(), SYS_PTRACE, (long) PEEKTEXT, (long) tid, address, word);
            Native.check("PTRACE_PEEKTEXT", result);
            return word.get(LONG, 0);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** Writes eight bytes, also where the page is not writable: the kernel copies a private page. */
    public static void pokeText(int tid, long address, long word) {
        request("PTRACE_POKETEXT", POKETEXT, tid, address, word);
    }

    private static void request(String name, int request, int pid, long address, long data) {
        try {
            Native.check(name, (long) PTRACE.invokeExact(Native.errnoSlot(), request, pid, address, data));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    private static void data(String name, int request, int pid, long address, MemorySegment data) {
        try {
            Native.check(name, (long) PTRACE_DATA.invokeExact(Native.errnoSlot(), request, pid, address, data));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
