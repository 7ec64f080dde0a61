package dev.holdfast.agent.takeover;

/** What has to speak for it that a dead server owed something, so that nothing else is asked. */
public enum Belief {
    /** What passed on the wire, without doubt. */
    WIRE,
    /** That, or what was seen of the kernel, without doubt. */
    SURE,
    /** Anything. */
    ANYTHING
}
