package dev.holdfast.agent.cycle;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** That a cycle is to be undone: asked for by anybody at any time, heard by the cycle where it can. */
final class Recall {
    private final CompletableFuture<String> called = new CompletableFuture<>();
    private @Nullable Thread waiting;
    private @Nullable Thread resting;
    private boolean leaving;

    /** That it is, as the cycle's reason. */
    static final class RecalledException extends RuntimeException {
        private static final long serialVersionUID = 1;

        RecalledException(String reason) {
            super(reason);
        }
    }

    /** A wait that an interrupt ends, and that leaves nothing half done. */
    interface Waiting<T> {
        T once() throws InterruptedException;
    }

    /** As {@link Waiting}, for nothing but time to pass. */
    interface Resting {
        void once() throws InterruptedException;
    }

    /** The first one counts. */
    synchronized void call(String reason) {
        if (called.complete(reason) && waiting != null) {
            waiting.interrupt();
        }
    }

    boolean isCalled() {
        return called.isDone();
    }

    /** Completed with the reason. */
    CompletableFuture<String> called() {
        return called;
    }

    void check() {
        if (called.isDone()) {
            throw new RecalledException(called.join());
        }
    }

    /** Waits, until the agent is to end: another one goes on with it then. */
    void rest(Resting wait) throws InterruptedException {
        synchronized (this) {
            if (leaving) {
                throw new InterruptedException("the agent ends");
            }
            resting = Thread.currentThread();
        }
        try {
            wait.once();
        } finally {
            synchronized (this) {
                resting = null;
            }
        }
    }

    /** The agent is to end. */
    synchronized void leave() {
        leaving = true;
        if (resting != null) {
            resting.interrupt();
        }
    }

    /** Waits, unless it is called before or meanwhile. */
    <T> T orElse(Waiting<T> wait) throws InterruptedException {
        begin();
        try {
            return wait.once();
        } catch (InterruptedException | RuntimeException e) {
            // What an interrupt does to a file or a stream looks like a failure of that.
            check();
            throw e;
        } finally {
            end();
        }
    }

    private synchronized void begin() {
        check();
        waiting = Thread.currentThread();
    }

    private synchronized void end() {
        waiting = null;
        if (called.isDone()) {
            // What comes next is to be done whole.
            boolean _ = Thread.interrupted();
        }
    }
}
