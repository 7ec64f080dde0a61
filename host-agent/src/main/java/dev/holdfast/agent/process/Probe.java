package dev.holdfast.agent.process;

import java.time.Duration;
import java.util.Optional;

/** One way to ask a server whether it is ready. */
@FunctionalInterface
interface Probe {
    /** Asks once. Empty when it is ready, else why not, as part of a sentence. Interruptible. */
    Optional<String> attempt(Duration within) throws InterruptedException;
}
