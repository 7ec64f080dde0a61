package dev.holdfast.agent.takeover;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections that are yet to be handed out: in the queue of their listener, or already among the descriptors of a
 * process. Where several processes accept, each has its share, so that none is given more than it expects.
 */
final class Supply {
    private final Map<HeldListener, Deque<HeldConnection>> queues = new HashMap<>();
    private final Set<Space> supplied = new HashSet<>();
    private final Map<Space, Integer> handed = new HashMap<>();
    private final BiConsumer<HeldConnection, Integer> taken;
    private int remaining;
    private int share = Integer.MAX_VALUE;

    /**
     * Nobody yet.
     *
     * @param taken told of each connection that a process has taken by itself, and of the process
     */
    Supply(BiConsumer<HeldConnection, Integer> taken) {
        this.taken = taken;
    }

    void add(HeldListener listener, HeldConnection connection) {
        queues.computeIfAbsent(listener, key -> new ArrayDeque<>()).add(connection);
        remaining++;
    }

    /** Connections that no accept has returned yet. */
    int remaining() {
        return remaining;
    }

    /** Listeners for which there are any. */
    Set<HeldListener> wanted() {
        Set<HeldListener> wanted = new HashSet<>();
        queues.forEach((listener, queue) -> {
            if (!queue.isEmpty()) {
                wanted.add(listener);
            }
        });
        supplied.forEach(space -> wanted.addAll(space.allotment.listeners()));
        return wanted;
    }

    /** From now on no process is given more than its part of what remains. */
    void divideBy(int processes) {
        share = processes < 2 ? Integer.MAX_VALUE : (remaining + processes - 1) / processes;
    }

    /** Whether each process has a share, which what it is given does not exceed. */
    boolean isDivided() {
        return share != Integer.MAX_VALUE;
    }

    /** Whether nobody but this process has received any. */
    boolean isAlone(Space space) {
        return supplied.size() == 1 && supplied.contains(space);
    }

    boolean hasItsShare(Space space) {
        return left(space) <= 0;
    }

    private int left(Space space) {
        return share - handed.getOrDefault(space, 0);
    }

    /** How many for that listener the process has received that no accept has returned. */
    int waiting(Space space, HeldListener listener) {
        if (space.isReplaced()) {
            takeBack(space);
        }
        collect(space);
        return space.allotment.waiting(listener);
    }

    /** One of these, which an accept is to return; null when there is none. */
    Allotment.@Nullable Given take(Space space, HeldListener listener) {
        Allotment.Given first = space.allotment.next(listener);
        collect(space);
        if (first != null) {
            count(space);
        }
        return first;
    }

    private void count(Space space) {
        remaining--;
        if (isDivided()) {
            handed.merge(space, 1, Integer::sum);
        }
    }

    /** Learns what has been taken without a stop. */
    void collect() {
        supplied.forEach(this::collect);
    }

    private void collect(Space space) {
        for (Allotment.Given one : space.allotment.taken()) {
            count(space);
            taken.accept(one.connection(), space.pid);
        }
    }

    private void closeQueue(Space space) {
        space.allotment.close();
        collect(space);
    }

    /** The next connections to be put into a process, at most so many. */
    List<HeldConnection> batch(Space space, HeldListener listener, int most) {
        Deque<HeldConnection> queue = queues.get(listener);
        if (queue == null || queue.isEmpty()) {
            takeFromOthers(space, listener);
            queue = queues.get(listener);
        }
        int room = Math.min(most, left(space) - space.allotment.waiting(listener));
        List<HeldConnection> batch = new ArrayList<>();
        while (queue != null && batch.size() < room && !queue.isEmpty()) {
            batch.add(queue.remove());
        }
        return batch;
    }

    void received(Space space, HeldListener listener, List<HeldConnection> batch, int[] numbers) {
        supplied.add(space);
        space.allotment.add(listener, batch, numbers);
    }

    /** What other processes were given and did not accept is theirs no more. */
    private void takeFromOthers(Space mine, HeldListener listener) {
        for (Space space : supplied) {
            if (space != mine && space.allotment.listeners().contains(listener)) {
                closeQueue(space);
                List<Allotment.Given> given = space.allotment.remove(listener);
                giveBack(listener, connections(given));
                given.forEach(one -> space.stray(one.number()));
            }
        }
    }

    /** Connections of a batch that did not come through. */
    void giveBack(HeldListener listener, Collection<HeldConnection> batch) {
        queues.computeIfAbsent(listener, key -> new ArrayDeque<>()).addAll(batch);
    }

    /** What was given to processes that have ended, or have become another program, is given to others. */
    void reclaim(Collection<Space> living) {
        supplied.removeIf(space -> {
            boolean gone = space.isReplaced() || !living.contains(space);
            if (gone) {
                takeBack(space);
            }
            return gone;
        });
    }

    private void takeBack(Space space) {
        collect(space);
        for (HeldListener listener : space.allotment.listeners()) {
            giveBack(listener, connections(space.allotment.remove(listener)));
        }
        space.begins();
    }

    /** What no accept has returned is nobody's, and is not handed out any more. */
    void withdraw() {
        for (Space space : supplied) {
            closeQueue(space);
            for (HeldListener listener : space.allotment.listeners()) {
                space.allotment.remove(listener).forEach(one -> space.stray(one.number()));
            }
        }
        supplied.clear();
        queues.clear();
        remaining = 0;
    }

    private static List<HeldConnection> connections(Collection<Allotment.Given> given) {
        return given.stream().map(Allotment.Given::connection).toList();
    }
}
