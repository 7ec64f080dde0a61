package dev.holdfast.agent.takeover;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * In which order connections come into the queues of their listeners: first those for which clients wait; where one process is
 * to have them all, the others when the first of these are accepted; and those that are yet to be found when all are.
 */
final class Order {
    private final Supply supply;
    private final Listeners listeners;
    private final int processes;
    private List<HeldConnection> rest = List.of();
    private Later later = Later.NOBODY;
    private int turn;

    Order(Supply supply, Listeners listeners, int processes) {
        this.supply = supply;
        this.listeners = listeners;
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
        List<HeldConnection> waiting = new ArrayList<>();
        List<HeldConnection> others = new ArrayList<>();
        connections.forEach(each -> (each.waiting() > 0 ? waiting : others).add(each));
        add(waiting);
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

    /** The first have been accepted. */
    void addRest() {
        if (!rest.isEmpty()) {
            add(rest);
            rest = List.of();
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
