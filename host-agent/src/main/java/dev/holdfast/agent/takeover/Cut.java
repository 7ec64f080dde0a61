package dev.holdfast.agent.takeover;

/** A connection that cannot go on with another server, and why, for its report. */
public record Cut(HeldConnection connection, String reason) {}
