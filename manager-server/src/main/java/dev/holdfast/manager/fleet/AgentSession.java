package dev.holdfast.manager.fleet;

import dev.holdfast.manager.store.SessionRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/** A registered agent's stream. */
public final class AgentSession {
    private final SessionRow row;
    private final String hostName;
    private final AgentLink link;
    private final ReentrantLock dispatching = new ReentrantLock();
    /** The keys of what is pending and has been sent, by where it came from; of what is no longer pending none is kept. */
    private final Map<CommandSource, Set<String>> sent = new HashMap<>(2);

    AgentSession(SessionRow row, String hostName, AgentLink link) {
        this.row = row;
        this.hostName = hostName;
        this.link = link;
    }

    public UUID hostId() {
        return row.hostId();
    }

    public String hostName() {
        return hostName;
    }

    SessionRow row() {
        return row;
    }

    AgentLink link() {
        return link;
    }

    /** Sends what this stream has not carried yet. Gathering and sending are one step, so that commands keep their order. */
    void dispatch(CommandSource source) {
        dispatching.lock();
        try {
            Set<String> before = sent.getOrDefault(source, Set.of());
            Set<String> pending = new HashSet<>();
            for (Command command : source.pending(hostId())) {
                if (pending.add(command.key()) && !before.contains(command.key())) {
                    link.send(command.message());
                }
            }
            if (pending.isEmpty()) {
                sent.remove(source);
            } else {
                sent.put(source, pending);
            }
        } finally {
            dispatching.unlock();
        }
    }

    /** Whether this stream is known to have carried all of these. */
    boolean hasSent(CommandSource source, Set<String> keys) {
        if (!dispatching.tryLock()) {
            return false;
        }
        try {
            return sent.getOrDefault(source, Set.of()).containsAll(keys);
        } finally {
            dispatching.unlock();
        }
    }
}
