package dev.holdfast.agent.cycle;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.takeover.HeldConnection;
import dev.holdfast.agent.takeover.HeldListener;
import dev.holdfast.agent.takeover.HeldSockets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes that keep a cycle's sockets: one that gets nearly all while the old server still serves, and another one for
 * those few that came later.
 */
final class Parkings {
    private static final Logger log = LoggerFactory.getLogger(Parkings.class);

    private final String cycleId;
    private final List<ProcessIdentity> earlier = new ArrayList<>();
    private final List<Parking> ours = new ArrayList<>();
    private final Set<Long> covered = new HashSet<>();

    Parkings(String cycleId) {
        this.cycleId = cycleId;
    }

    /** Those of an earlier agent. */
    void restore(List<ProcessIdentity> identities) {
        earlier.addAll(identities);
    }

    /** What was found with those of an earlier agent is with them. */
    void restored(HeldSockets held) {
        covered.addAll(held.descriptors().keySet());
    }

    List<ProcessIdentity> identities() {
        return Stream.concat(earlier.stream(), ours.stream().map(Parking::identity))
                .toList();
    }

    /** Parks what is not parked yet; {@link #go} must follow once it is journalled. */
    void cover(HeldSockets held) {
        cover(held.listeners(), held.connections());
    }

    void cover(Collection<HeldConnection> connections) {
        cover(List.of(), connections);
    }

    void cover(Collection<HeldListener> listeners, Collection<HeldConnection> connections) {
        Map<Long, OwnedFd> left = new LinkedHashMap<>();
        for (HeldListener listener : listeners) {
            if (!covered.contains(listener.inode())) {
                left.put(listener.inode(), listener.fd());
            }
        }
        for (HeldConnection connection : connections) {
            if (!covered.contains(connection.inode())) {
                left.put(connection.inode(), connection.fd());
            }
        }
        if (!left.isEmpty()) {
            ours.add(Parking.of(cycleId, left.values()));
            covered.addAll(left.keySet());
        }
    }

    /** From now on they stay, whatever becomes of the agent. */
    void go() {
        ours.forEach(Parking::go);
    }

    /** The sockets are in good hands again. */
    void end(Exits exits) {
        earlier.forEach(identity -> quietly(() -> Parking.end(identity, exits)));
        ours.forEach(parking -> quietly(() -> parking.end(exits)));
        earlier.clear();
        ours.clear();
        covered.clear();
    }

    private static void quietly(Runnable end) {
        try {
            end.run();
        } catch (RuntimeException e) {
            log.warn("a process that kept sockets does not end: {}", e.getMessage());
        }
    }
}
