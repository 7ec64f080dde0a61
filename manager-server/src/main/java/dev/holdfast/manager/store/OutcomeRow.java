package dev.holdfast.manager.store;

import java.time.Duration;
import java.util.UUID;

/**
 * What became of one connection in a cycle.
 *
 * @param position in the agent's report, from 0
 * @param reason never empty for RESET
 */
public record OutcomeRow(
        UUID cycleId,
        int position,
        String local,
        String peer,
        Outcome outcome,
        String reason,
        long bytesWaiting,
        Duration paused) {}
