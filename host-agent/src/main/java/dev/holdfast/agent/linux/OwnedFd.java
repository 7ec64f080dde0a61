package dev.holdfast.agent.linux;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A file descriptor of this process: CLOEXEC from birth, closed exactly once. */
public final class OwnedFd implements AutoCloseable {
    private static final VarHandle CLOSED;

    static {
        try {
            CLOSED = MethodHandles.lookup().findVarHandle(OwnedFd.class, "closed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int number;

    @SuppressWarnings("UnusedVariable") // through CLOSED
    private volatile boolean closed;

    /** Takes ownership of an open descriptor that has FD_CLOEXEC set. */
    OwnedFd(int number) {
        this.number = number;
    }

    /** The number, for a call; using it after {@link #close} is a bug. */
    public int number() {
        if (closed) {
            throw new IllegalStateException("fd " + number + " is closed");
        }
        return number;
    }

    public boolean isClosed() {
        return closed;
    }

    /** close(2); a second call does nothing. */
    @Override
    public void close() {
        if (CLOSED.compareAndSet(this, false, true)) {
            Fds.close(number);
        }
    }

    @Override
    public String toString() {
        return "fd " + number;
    }
}
