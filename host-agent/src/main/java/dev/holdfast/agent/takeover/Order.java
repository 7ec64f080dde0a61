package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Sockets;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * In which order connections come into the queues of their listeners: first those for which clients wait; where one process is
 * to have them all, the others when the first of these is accepted; and those that are yet to be found when all are.
 */
final class Order {
    private final Supply supply;
    private final Listeners listeners;
    private final Sockets sockets;
    private final int processes;
    private List<HeldConnection> rest = List.of();
    private Later later = Later.NOBODY;
    private int turn;

    Order(Supply supply, Listeners listeners, Sockets sockets, int processes) {
        this.supply = supply;
        this.listeners = listeners;
        this.sockets = sockets;
        this.processes = processes;
    }

    /** In this order, now. */
    void add(Collection<HeldConnection> connections) {
        Map<InetSocketAddress, List<HeldListener>> byAddress = new HashMap<>();
        for (HeldConnection connection : connections) {
            List<HeldListener> equals =
                    byAddress.computeIfAbsent(connection.local(), address -> listeners.of(connection));
            supply.add(equals.get(turn++ % equals.size()), connection);
        }
    }

    /** Those with waiting requests now, the others perhaps later. */
    void addWaitingFirst(Collection<HeldConnection> connections) {
        List<HeldConnection> others = addThose(connections, each -> each.waiting() > 0);
        if (processes > 1 || others.size() == connections.size()) {
            add(others);
        } else {
            rest = others;
        }
    }

    /** Those that are yet to be found, after all others. */
    void addLater(Later others) {
        later = others;
    }

    /** The first has been accepted. For some of the others clients have come to wait since they were looked at. */
    void addRest() {
        if (!rest.isEmpty()) {
            List<HeldConnection> others = addThose(rest, each -> sockets.unread(each.fd()) > 0);
            rest = List.of();
            add(others);
        }
    }

    /** Those that have been found; whether there were any. */
    boolean addFound() {
        if (waits()) {
            later.begin();
        }
        return later.take()
                .map(found -> {
                    add(found);
                    return !found.isEmpty();
                })
                .orElse(false);
    }

    private List<HeldConnection> addThose(Collection<HeldConnection> connections, Predicate<HeldConnection> which) {
        List<HeldConnection> those = new ArrayList<>();
        List<HeldConnection> others = new ArrayList<>();
        connections.forEach(each -> (which.test(each) ? those : others).add(each));
        add(those);
        return others;
    }

    /** Nobody else comes. */
    void withdraw() {
        rest = List.of();
        later = Later.NOBODY;
    }

    /** Whether nobody is left but those that are yet to be found. */
    boolean waits() {
        return supply.remaining() == 0 && rest.isEmpty() && !later.isOver();
    }

    /** Whether all have been added and have gone. */
    boolean isOver() {
        return supply.remaining() == 0 && rest.isEmpty() && later.isOver();
    }
}
