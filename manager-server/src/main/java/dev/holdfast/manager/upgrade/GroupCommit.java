package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.store.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What many threads have to write at the same time is written by one of them for all, in the order in which it came. Each
 * returns when its own is written.
 */
final class GroupCommit<T> {
    private static final int MOST = 500;

    private final Consumer<List<T>> writer;
    private final ToIntFunction<T> weight;
    private final Queue<Entry<T>> waiting = new ConcurrentLinkedQueue<>();
    private final Lock turn = new ReentrantLock(true);

    /** Of what weighs 1 each. */
    GroupCommit(Consumer<List<T>> writer) {
        this(writer, _ -> 1);
    }

    /**
     * One that has written nothing.
     *
     * @param writer writes all or nothing; what it is given a second time, alone, must be no harm
     * @param weight of which 500 are written together, so that the others do not wait for long
     */
    GroupCommit(Consumer<List<T>> writer, ToIntFunction<T> weight) {
        this.writer = writer;
        this.weight = weight;
    }

    /** Read and written by whoever has the turn. */
    private static final class Entry<T> {
        private final T item;
        private boolean isOver;
        private @Nullable RuntimeException failure;

        private Entry(T item) {
            this.item = item;
        }
    }

    /** Throws what the writer throws for this one. */
    void write(T item) {
        Entry<T> entry = new Entry<>(item);
        waiting.add(entry);
        turn.lock();
        try {
            while (!entry.isOver) {
                writeWaiting();
            }
        } finally {
            turn.unlock();
        }
        if (entry.failure != null) {
            throw entry.failure;
        }
    }

    /** How many wait that nobody writes yet. */
    int waiting() {
        return waiting.size();
    }

    private void writeWaiting() {
        List<Entry<T>> group = new ArrayList<>();
        int room = MOST;
        for (Entry<T> next = waiting.poll(); next != null; next = room > 0 ? waiting.poll() : null) {
            group.add(next);
            room -= weight.applyAsInt(next.item);
        }
        try {
            write(group);
        } catch (Database.UnreachableException e) {
            group.forEach(entry -> entry.failure = e);
        } catch (RuntimeException e) {
            group.forEach(this::writeAlone);
        }
        group.forEach(entry -> entry.isOver = true);
    }

    /** One that cannot be written does not keep the others from it. */
    private void writeAlone(Entry<T> entry) {
        try {
            write(List.of(entry));
        } catch (RuntimeException e) {
            entry.failure = e;
        }
    }

    private void write(List<Entry<T>> group) {
        writer.accept(group.stream().map(entry -> entry.item).toList());
    }
}
