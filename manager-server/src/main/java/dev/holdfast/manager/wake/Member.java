package dev.holdfast.manager.wake;

import java.util.UUID;

/**
 * A manager, as it is known to the others.
 *
 * @param id of this start of it
 * @param admin where operators call
 * @param agents where agents call
 */
public record Member(UUID id, String admin, String agents) {}
