package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** waitpid(2) and what its status says. */
public final class Wait {
    public static final int WNOHANG = 1;
    public static final int WUNTRACED = 2;
    /** Only what the calling thread traces or spawned. */
    public static final int WNOTHREAD = 0x20000000;

    public static final int WALL = 0x40000000;

    private static final MethodHandle WAITPID = Native.function("waitpid", INT, INT, POINTER, INT);

    private static final int YIELDS = 200;
    private static final long LOOK_AGAIN_NANOS = 100_000;

    private Wait() {}

    /** What happened to a thread or process; macros of waitpid(2). */
    public record Status(int pid, int status) {
        public boolean exited() {
            return (status & 0x7f) == 0;
        }

        public int exitCode() {
            return status >> 8 & 0xff;
        }

        public boolean stopped() {
            return (status & 0xff) == 0x7f;
        }

        public int stopSignal() {
            return status >> 8 & 0xff;
        }

        /** The PTRACE_EVENT_ of a ptrace stop, 0 for none. */
        public int event() {
            return status >> 16;
        }

        public boolean signaled() {
            return !exited() && !stopped();
        }

        public int termSignal() {
            return status & 0x7f;
        }

        /** "exited with status 1", "was killed by signal 9". */
        public String describe() {
            if (exited()) {
                return "exited with status " + exitCode();
            }
            return signaled() ? "was killed by signal " + termSignal() : "stopped by signal " + stopSignal();
        }
    }

    /** Empty for "nothing yet" (WNOHANG); ECHILD when there is nothing to wait for. */
    public static Optional<Status> waitpid(int pid, int options) {
        try {
            MemorySegment status = Native.scratch();
            while (true) {
                int result = (int) WAITPID.invokeExact(Native.errnoSlot(), pid, status, options);
                if (result > 0) {
                    return Optional.of(new Status(result, status.get(INT, 0)));
                }
                if (result == 0) {
                    return Optional.empty();
                }
                if (Native.errno() != Errno.EINTR) {
                    throw new SyscallException("waitpid", Native.errno());
                }
            }
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** As {@link #waitpid}, which knows no timeout; empty when nothing happens within the time. */
    @SuppressWarnings("ThreadPriorityCheck") // what yields is only faster for it
    public static Optional<Status> within(int pid, int options, Duration time) {
        Optional<Status> status = waitpid(pid, options | WNOHANG);
        long deadline = System.nanoTime() + time.toNanos();
        for (int looks = 0; status.isEmpty() && System.nanoTime() < deadline; looks++) {
            if (looks < YIELDS) {
                // Most stops come as soon as the other runs, which is on this CPU while connections are delivered.
                Thread.yield();
            } else {
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
            status = waitpid(pid, options | WNOHANG);
        }
        return status;
    }
}
