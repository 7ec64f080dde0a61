package dev.holdfast.manager.store;

import java.time.Instant;
import java.util.UUID;

/** Something new of a cycle. */
public record CycleEvent(UUID cycleId, Instant time, String state, String detail) {}
