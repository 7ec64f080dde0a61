package dev.holdfast.manager.fleet;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/** A registered agent's stream. */
public final class AgentSession {
    private final UUID hostId;
    private final String hostName;
    private final AgentLink link;
    private final ReentrantLock dispatching = new ReentrantLock();
    private final Set<String> sent = new HashSet<>();

    AgentSession(UUID hostId, String hostName, AgentLink link) {
        this.hostId = hostId;
        this.hostName = hostName;
        this.link = link;
    }

    public UUID hostId() {
        return hostId;
    }

    public String hostName() {
        return hostName;
    }

    AgentLink link() {
        return link;
    }

    /** Sends what this stream has not carried yet. Gathering and sending are one step, so that commands keep their order. */
    void dispatch(CommandSource source) {
        dispatching.lock();
        try {
            for (Command command : source.pending(hostId)) {
                if (sent.add(command.key())) {
                    link.send(command.message());
                }
            }
        } finally {
            dispatching.unlock();
        }
    }
}
