package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Affinity;
import dev.holdfast.agent.linux.SyscallException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the tracer and the new server on one CPU while connections are handed over: a stop costs a switch there, and a
 * wake-up of another CPU otherwise, which is three to ten times as much.
 */
final class Pinning {
    private static final Logger log = LoggerFactory.getLogger(Pinning.class);

    private final byte[] here = Affinity.current();
    private final byte[] tracer = Affinity.of(0);
    private final Map<Integer, byte[]> threads = new HashMap<>();
    private final byte[] fallback;

    /** The world is stopped. */
    Pinning(Collection<Tracee> tracees, int root) {
        Affinity.set(0, here);
        fallback = Affinity.of(root);
        for (Tracee tracee : tracees) {
            try {
                threads.put(tracee.tid, Affinity.of(tracee.tid));
                Affinity.set(tracee.tid, here);
            } catch (SyscallException e) {
                // Killed meanwhile: there is nothing to pin.
                log.debug("thread {}: {}", tracee.tid, e.getMessage());
            }
        }
    }

    /** What all of them are on. */
    byte[] cpu() {
        return here.clone();
    }

    /** Threads that began meanwhile get what the first one had. */
    void undo(Collection<Tracee> tracees) {
        for (Tracee tracee : tracees) {
            Affinity.set(tracee.tid, threads.getOrDefault(tracee.tid, fallback));
        }
        Affinity.set(0, tracer);
    }
}
