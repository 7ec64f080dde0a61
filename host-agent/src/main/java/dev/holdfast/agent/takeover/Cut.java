package dev.holdfast.agent.takeover;

/**
 * A connection that cannot go on with another server.
 *
 * @param reason why, for its report
 * @param session whether it never can
 */
public record Cut(HeldConnection connection, String reason, boolean session) {}
