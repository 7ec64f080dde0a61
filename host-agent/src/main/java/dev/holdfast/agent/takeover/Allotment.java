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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connections that are in the descriptor table of a process of the new server and that no accept is known to have returned.
 * The first ones for one of the listeners may be in its queue, from which it takes them by itself.
 */
final class Allotment {
    private final Map<HeldListener, Deque<Given>> waiting = new HashMap<>();
    /** What it has taken from its queue, and nobody was told of yet. */
    private final List<Given> taken = new ArrayList<>();

    private @Nullable AcceptQueue queue;
    private @Nullable HeldListener queued;

    /** A connection under the number that it has in the process. */
    record Given(HeldConnection connection, int number) {}

    /** From now on it can take from there by itself; null when it cannot any more, and has closed what it had. */
    void queue(@Nullable AcceptQueue queue) {
        this.queue = queue;
    }

    /** Whether it can take any by itself. */
    boolean isShared() {
        return queue != null;
    }

    void add(HeldListener listener, List<HeldConnection> connections, int[] numbers) {
        Deque<Given> ofListener = waiting.computeIfAbsent(listener, key -> new ArrayDeque<>());
        for (int i = 0; i < numbers.length; i++) {
            ofListener.add(new Given(connections.get(i), numbers[i]));
        }
    }

    /**
     * Puts what waits for that listener into the queue, as far as it fits. The last one is kept for an accept that is
     * stopped: when that was the last of all, the bells are to be gone before the server looks whether anybody waits, or it
     * would wait in its next accept for somebody who is not there.
     *
     * @param listening its descriptor there
     * @param flags of the accept4(2) to which these connections will be an answer
     * @param prepare what is to be done with each before it may be taken
     */
    void letTake(HeldListener listener, int listening, int flags, Consumer<HeldConnection> prepare) {
        if (queue == null || !queue.serves(listening, flags)) {
            return;
        }
        queued = listener;
        List<Given> all = List.copyOf(waiting.getOrDefault(listener, new ArrayDeque<>()));
        for (Given one : all.subList(queue.left(), Math.max(queue.left(), all.size() - 1))) {
            prepare.accept(one.connection());
            if (!queue.add(listening, flags, one.number(), one.connection().rawPeer())) {
                return;
            }
        }
    }

    /** The next one for an accept that was stopped; null when there is none, or when the process has just taken the last. */
    @Nullable
    Given next(HeldListener listener) {
        while (queue != null && listener.equals(queued) && queue.left() > 0 && !queue.take()) {
            took(queue.taken());
        }
        Deque<Given> ofListener = waiting.get(listener);
        return ofListener == null ? null : ofListener.poll();
    }

    /** What the process has taken by itself since that was asked last. */
    List<Given> taken() {
        if (queue != null) {
            took(queue.taken());
        }
        List<Given> all = List.copyOf(taken);
        taken.clear();
        return all;
    }

    /** From now on the process takes nothing by itself; what it has taken until now {@link #taken} tells. */
    void close() {
        if (queue != null) {
            took(queue.close());
        }
    }

    private void took(int count) {
        Deque<Given> ofListener = queued == null ? null : waiting.get(queued);
        for (int i = 0; ofListener != null && i < count; i++) {
            taken.add(ofListener.remove());
        }
    }

    /** How many wait for that listener. */
    int waiting(HeldListener listener) {
        Deque<Given> ofListener = waiting.get(listener);
        return ofListener == null ? 0 : ofListener.size();
    }

    /** Listeners for which somebody waits. */
    Set<HeldListener> listeners() {
        Set<HeldListener> all = new HashSet<>(waiting.keySet());
        all.removeIf(
                listener -> waiting.getOrDefault(listener, new ArrayDeque<>()).isEmpty());
        return all;
    }

    /** Who waits. */
    List<Given> all() {
        return waiting.values().stream().flatMap(Collection::stream).toList();
    }

    /** Who waits for that listener; they wait here no more. */
    List<Given> remove(HeldListener listener) {
        Deque<Given> ofListener = waiting.remove(listener);
        return ofListener == null ? List.of() : List.copyOf(ofListener);
    }
}
