package dev.holdfast.manager.fleet;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The agents whose streams are open now, by host. */
public final class ConnectedAgents {
    private final Map<UUID, AgentSession> sessions = new ConcurrentHashMap<>();

    public boolean isConnected(UUID hostId) {
        return sessions.containsKey(hostId);
    }

    boolean isCurrent(AgentSession session) {
        return sessions.get(session.hostId()) == session;
    }

    Optional<AgentSession> find(UUID hostId) {
        return Optional.ofNullable(sessions.get(hostId));
    }

    List<AgentSession> all() {
        return List.copyOf(sessions.values());
    }

    /** An older session of the same host is closed. */
    void put(AgentSession session) {
        AgentSession older = sessions.put(session.hostId(), session);
        if (older != null) {
            older.link().closeReplaced();
        }
    }

    /** Whether it was the current one. */
    boolean remove(AgentSession session) {
        return sessions.remove(session.hostId(), session);
    }
}
