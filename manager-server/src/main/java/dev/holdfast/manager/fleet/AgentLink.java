package dev.holdfast.manager.fleet;

import dev.holdfast.proto.agent.v1.ConnectResponse;

/** The way to an agent. Safe for several threads; after it is closed nothing is sent. */
public interface AgentLink {
    void send(ConnectResponse message);

    /** Tells the agent that another stream of the same agent has taken over. */
    void closeReplaced();

    /** Tells the agent that another manager can do more for it. */
    void closeUnavailable();
}
