package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Wait;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes and threads of a server, as its tracer is told of them. A child and its parent both tell of a birth, in any
 * order, and the child may have ended before the parent does.
 */
final class Family {
    private static final Logger log = LoggerFactory.getLogger(Family.class);

    private final Map<Integer, Tracee> tracees = new HashMap<>();
    private final Map<Integer, Space> spaces = new HashMap<>();
    private final Set<Integer> unborn = new HashSet<>();
    private final Consumer<Wait.Status> end;

    /** Nobody yet; {@code end} is told when one ends while a call is made in it. */
    Family(Consumer<Wait.Status> end) {
        this.end = end;
    }

    Collection<Space> spaces() {
        return spaces.values();
    }

    List<Tracee> tracees() {
        return tracees.values().stream().filter(tracee -> !tracee.ended).toList();
    }

    int size() {
        return tracees.size();
    }

    /** Processes that their parents have not told of yet; they wait. */
    Set<Integer> unborn() {
        return unborn;
    }

    /** The thread that has stopped; null for a process whose parent has not told of it yet. */
    @Nullable
    Tracee stopped(int tid) {
        Tracee tracee = tracees.get(tid);
        if (tracee == null) {
            tracee = thread(tid);
        }
        if (tracee == null) {
            unborn.add(tid);
            return null;
        }
        tracee.ended = false;
        tracee.stopped = true;
        tracee.signal = 0;
        return tracee;
    }

    private @Nullable Tracee thread(int tid) {
        Space space =
                ThreadStatus.of(tid).map(status -> spaces.get(status.process())).orElse(null);
        return space == null ? null : add(tid, space);
    }

    private Tracee add(int tid, Space space) {
        return tracees.computeIfAbsent(tid, key -> new Tracee(key, space, end));
    }

    /** The process that the tracer begins with. */
    Tracee root(int pid) {
        Space space = new Space(pid);
        spaces.put(pid, space);
        return add(pid, space);
    }

    boolean knows(int tid) {
        return tracees.containsKey(tid) || unborn.contains(tid);
    }

    boolean has(int pid) {
        return spaces.containsKey(pid);
    }

    /** A thread that ran before anybody followed it. */
    Tracee found(int pid, int tid) {
        return add(tid, spaces.computeIfAbsent(pid, Space::new));
    }

    /** A thread tells of a clone: a thread, or a process whose end its parent is not told by SIGCHLD. */
    Optional<Tracee> cloned(Tracee parent, int tid) {
        if (Processes.isThread(parent.space.pid, tid)) {
            add(tid, parent.space);
            return Optional.empty();
        }
        return forked(parent, tid);
    }

    Optional<Tracee> forked(Tracee parent, int pid) {
        return Processes.isThread(pid, pid) ? born(parent.space.fork(pid)) : Optional.empty();
    }

    Optional<Tracee> vforked(int pid) {
        Optional<Tracee> child = Processes.isThread(pid, pid) ? born(new Space(pid)) : Optional.empty();
        child.ifPresent(tracee -> tracee.borrowing = true);
        return child;
    }

    /** The new process's thread. */
    private Optional<Tracee> born(Space space) {
        log.debug("server process {} was born", space.pid);
        spaces.put(space.pid, space);
        Tracee child = add(space.pid, space);
        child.stopped = unborn.remove(space.pid);
        return Optional.of(child);
    }

    /** The thread's process is another program now, and the thread its only one. */
    void exec(Tracee tracee) {
        tracees.values().removeIf(other -> other.space == tracee.space && other != tracee);
        tracee.space.forget();
        tracee.plan = null;
        tracee.borrowing = false;
    }

    void ended(int tid) {
        unborn.remove(tid);
        Tracee gone = tracees.remove(tid);
        Space space = spaces.remove(gone != null && isLast(gone) ? gone.space.pid : tid);
        if (space != null) {
            space.close();
        }
    }

    /** Where a process's first thread, which is told of as the last, had ended before anybody followed it. */
    private boolean isLast(Tracee gone) {
        return !tracees.containsKey(gone.space.pid)
                && tracees.values().stream().noneMatch(other -> other.space == gone.space);
    }

    /** Forgets everybody. */
    void clear() {
        tracees.clear();
        unborn.clear();
        spaces.values().forEach(Space::close);
        spaces.clear();
    }
}
