package dev.holdfast.manager.rollout;

import java.util.UUID;

/** What is to be written down now, and then done. */
public sealed interface Action {
    record BeginWave(int number) implements Action {}

    /** The wave waits for an operator; told once. */
    record AskApproval(int number) implements Action {}

    record EndWave(int number) implements Action {}

    /** From now on the host's cycles may begin. */
    record BeginHost(UUID host) implements Action {}

    /** The host's cycles are done: now its health counts. */
    record CheckHost(UUID host) implements Action {}

    /** What is underway on the host is undone; what has not begun there does not begin. */
    record UndoHost(UUID host, String reason) implements Action {}

    /** Nobody reports what was underway on the host: it is ended without. */
    record GiveUpHost(UUID host, String reason) implements Action {}

    /** The host is at rest. What has not begun there does not begin. */
    record EndHost(UUID host, HostState state, End end, String reason) implements Action {}

    /** What was done on the host is taken back: there are cycles back for it from now on. */
    record ReturnHost(UUID host) implements Action {}

    /** The host cannot go back: it is at rest as FAILED, and it is not tried again. */
    record LeaveHost(UUID host, String reason) implements Action {}

    record StopUpgrade(Observed.Stop stop) implements Action {}

    record EndUpgrade(End end, String reason) implements Action {}
}
