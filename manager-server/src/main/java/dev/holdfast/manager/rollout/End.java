package dev.holdfast.manager.rollout;

/** How something ends, from best to worst. */
public enum End {
    DONE,
    ABORTED,
    REVERTED,
    FAILED
}
