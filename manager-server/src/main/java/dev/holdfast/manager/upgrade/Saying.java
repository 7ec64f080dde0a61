package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.AgentSession;

/** Something that an agent says of one of its cycles. */
interface Saying {
    AgentSession session();

    /** As the agent names it. */
    String cycle();
}
