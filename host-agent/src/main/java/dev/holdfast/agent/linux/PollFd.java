package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.time.Duration;

/** struct pollfd of poll(2). */
record PollFd(int fd, short events) {
    static final int SIZE = 8;
    static final int FD = 0;
    static final int EVENTS = 4;
    static final short POLLIN = 1;
    static final short POLLOUT = 4;

    private static final MethodHandle POLL = Native.function("poll", INT, POINTER, LONG, INT);

    private void write(MemorySegment into) {
        into.set(INT, FD, fd);
        into.set(Native.SHORT, EVENTS, events);
    }

    /** Whether there is room for a write now, or it is broken. */
    static boolean isWritable(OwnedFd fd) {
        return await(fd, POLLOUT, Duration.ZERO);
    }

    /** Whether it is readable, or broken, within the time. Not interruptible. */
    static boolean awaitReadable(OwnedFd fd, Duration within) {
        return await(fd, POLLIN, within);
    }

    private static boolean await(OwnedFd fd, short events, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = arena.allocate(SIZE, 4);
            new PollFd(fd.number(), events).write(poll);
            while (true) {
                int result = (int) POLL.invokeExact(Native.errnoSlot(), poll, 1L, millisUntil(deadline));
                if (result == 0 && deadline - System.nanoTime() > 0) {
                    // The time is longer than poll can count.
                    continue;
                }
                if (result >= 0) {
                    return result == 1;
                }
                if (Native.errno() != Errno.EINTR) {
                    throw new SyscallException("poll", Native.errno());
                }
            }
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** Rounded up, so that the time has passed when poll says so. */
    private static int millisUntil(long deadline) {
        long left = Math.max(0, deadline - System.nanoTime());
        return (int) Math.min(Integer.MAX_VALUE, (left + 999_999) / 1_000_000);
    }
}
