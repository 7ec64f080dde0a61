package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.SockDiag;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.TcpSocket;
import dev.holdfast.agent.observer.Flow;
import dev.holdfast.agent.observer.Observer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The connections that slept when all were paused, for as long as nothing passes on them. */
final class Sleepers {
    private final Judge judge;
    private final Map<Flow, Sleeper> asleep = new HashMap<>();

    /**
     * Of those that are paused; what has passed until now has been taken in. The kernel is asked once more: from now on their
     * server is not woken for them, and that the wire is silent is all that is to be seen.
     */
    Sleepers(Judge judge, Collection<HeldConnection> connections, Sockets sockets) {
        this.judge = judge;
        Set<Flow> held = new HashSet<>();
        for (HeldConnection connection : connections) {
            held.add(Judge.flow(connection));
            if (connection.isPaused()) {
                judge.sleeper(connection).ifPresent(one -> add(one, sockets));
            }
        }
        judge.observer().ifPresent(wire -> {
            wire.opened().removeAll(held);
            var _ = wire.news();
        });
    }

    private void add(Sleeper sleeper, Sockets sockets) {
        if (judge.isStill(sleeper, sockets)) {
            asleep.put(sleeper.flow(), sleeper);
        } else {
            judge.observer().ifPresent(wire -> wire.heard(sleeper.flow()));
        }
    }

    Collection<Sleeper> all() {
        return asleep.values();
    }

    boolean contains(HeldConnection connection) {
        return asleep.containsKey(Judge.flow(connection));
    }

    /** These sleep no more. */
    Collection<HeldConnection> wake(Collection<HeldConnection> woken) {
        woken.forEach(connection -> asleep.remove(Judge.flow(connection)));
        return woken;
    }

    /** Nor do those that are not held any more. */
    void forgetEnded(HeldSockets sockets) {
        asleep.values().removeIf(sleeper -> !sockets.holds(sleeper.connection().inode()));
    }

    /** Those on which something has passed on the wire are woken; what has passed until now has been taken in. */
    List<HeldConnection> wake() {
        List<HeldConnection> woken = new ArrayList<>();
        for (Flow flow : judge.observer().map(Observer::news).orElse(List.of())) {
            Sleeper sleeper = asleep.remove(flow);
            if (sleeper != null) {
                woken.add(sleeper.connection());
            }
        }
        return woken;
    }

    /** Whether the wire tells of all that is asleep: what is not seen there did not happen. */
    boolean areToldByTheWire() {
        return judge.observer().filter(Observer::hasSeenAll).isPresent();
    }

    /**
     * The inodes of those who have come since, of whom {@link #found} has not told, and whom a server has accepted; empty where
     * the kernel does not know one that has not ended, as where its server has bound it to an interface.
     */
    Optional<Set<Long>> accepted() {
        Set<Long> inodes = new HashSet<>();
        for (Flow flow : judge.observer().map(Observer::opened).orElse(Set.of())) {
            Optional<TcpSocket> socket = SockDiag.connection(flow.local(), flow.peer());
            if (socket.isEmpty() && !judge.observer().orElseThrow().isEnding(flow)) {
                return Optional.empty();
            }
            socket.filter(TcpSocket::isAccepted).ifPresent(one -> inodes.add(one.inode()));
        }
        return Optional.of(inodes);
    }

    /** These have come since. */
    void found(Collection<HeldConnection> fresh) {
        judge.observer().ifPresent(wire -> fresh.forEach(one -> wire.opened().remove(Judge.flow(one))));
    }

    List<HeldConnection> connections() {
        return asleep.values().stream().map(Sleeper::connection).toList();
    }
}
