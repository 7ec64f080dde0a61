package dev.holdfast.manager.store;

import java.time.Duration;

/** How long a step of a cycle took. */
public record StepRow(String step, Duration duration) {}
