package dev.holdfast.manager.store;

import java.util.UUID;

/**
 * An agent's stream.
 *
 * @param number counts the streams of the host, at whatever manager
 */
public record SessionRow(UUID hostId, long number) {}
