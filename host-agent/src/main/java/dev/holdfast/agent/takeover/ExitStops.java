package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Priority;
import dev.holdfast.agent.linux.Ptrace;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the descriptors of a frozen server open while it is killed: the first thread of each of its processes is traced for
 * its exit alone (PTRACE_O_TRACEEXIT), where it stands, with nothing closed yet and without an instruction of its own, until
 * {@link #close}. That comes too when the agent dies.
 */
final class ExitStops implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ExitStops.class);

    private final CountDownLatch over = new CountDownLatch(1);
    private final CompletableFuture<Boolean> seized = new CompletableFuture<>();
    private final Thread tracer;

    private ExitStops(List<Integer> pids) {
        tracer = Thread.ofPlatform().name("exits").daemon().start(() -> run(pids));
    }

    /** For those processes. */
    static ExitStops of(List<Integer> pids) {
        return new ExitStops(pids);
    }

    /** Whether all of them will stand; not where somebody else traces one. */
    boolean areSet() {
        return seized.join();
    }

    private void run(List<Integer> pids) {
        try {
            try (Priority _ = Priority.first()) {
                pids.forEach(Ptrace::seizeForExit);
            }
            seized.complete(true);
            over.await();
            // With the thread's end the kernel lets go of all that it traces.
        } catch (RuntimeException e) {
            log.debug("the server's descriptors cannot be kept: {}", e.getMessage());
            seized.complete(false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets all go on, to their ends if they were killed, when it returns. */
    @Override
    public void close() {
        over.countDown();
        try {
            tracer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
