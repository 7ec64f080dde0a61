package dev.holdfast.manager.fleet;

import dev.holdfast.manager.store.SessionRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The agents whose streams this manager has, by host. Whether an agent is connected at all, the rows say. */
public final class ConnectedAgents {
    private final Map<UUID, AgentSession> sessions = new ConcurrentHashMap<>();
    /** How many registrations of a host are underway: their rows may be there already. */
    private final Map<UUID, Integer> arriving = new ConcurrentHashMap<>();

    Optional<AgentSession> find(UUID hostId) {
        return Optional.ofNullable(sessions.get(hostId));
    }

    List<AgentSession> all() {
        return List.copyOf(sessions.values());
    }

    void arriving(UUID hostId) {
        arriving.merge(hostId, 1, Integer::sum);
    }

    void arrived(UUID hostId) {
        arriving.computeIfPresent(hostId, (_, count) -> count == 1 ? null : count - 1);
    }

    /** Of two sessions of one host the older is closed. */
    synchronized void put(AgentSession session) {
        AgentSession other = sessions.get(session.hostId());
        if (other != null && other.row().number() > session.row().number()) {
            session.link().closeReplaced();
            return;
        }
        sessions.put(session.hostId(), session);
        if (other != null) {
            other.link().closeReplaced();
        }
    }

    /** Whether it was the current one. */
    boolean remove(AgentSession session) {
        return sessions.remove(session.hostId(), session);
    }

    /** Whether this manager has that stream, or may be about to have it. */
    boolean has(SessionRow row) {
        // In this order: a registration that is over has put its session.
        return arriving.containsKey(row.hostId())
                || find(row.hostId())
                        .filter(session -> session.row().equals(row))
                        .isPresent();
    }
}
