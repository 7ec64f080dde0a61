package dev.holdfast.agent.preflight;

import java.util.List;

/** One question about an upgrade. It reads, and leaves the server and its connections as they are. */
interface Check {
    String name();

    /**
     * At least one finding.
     *
     * @throws dev.holdfast.agent.linux.SyscallException when it cannot be told, which is a refusal too
     */
    List<Finding> look(Subject subject);
}
