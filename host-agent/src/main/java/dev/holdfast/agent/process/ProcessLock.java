package dev.holdfast.agent.process;

import java.util.concurrent.atomic.AtomicBoolean;

/** Having a process to oneself: while it is open nobody else starts, stops, upgrades or gives up the process. */
public final class ProcessLock implements AutoCloseable {
    private final Runnable release;
    private final AtomicBoolean open = new AtomicBoolean(true);

    ProcessLock(Runnable release) {
        this.release = release;
    }

    /** Lets the next one have it; a second call does nothing. From any thread. */
    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            release.run();
        }
    }
}
