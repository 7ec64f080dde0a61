package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.linux.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows all threads and children of one server and hands their stops to whoever is in charge. Every method runs on the
 * thread that seized them, as ptrace(2) asks.
 */
final class Tracer {
    private static final Logger log = LoggerFactory.getLogger(Tracer.class);
    private static final int SIGTRAP = 5;
    private static final int SIGSTOP = 19;
    private static final int SIGTTOU = 22;
    private static final int MANY = 8;
    private static final Duration STOP_WITHIN = Duration.ofSeconds(2);

    /** What is done at the stops of one phase. */
    interface Stops {
        /** At a stop before or after a system call. */
        void call(Tracee tracee, Ptrace.Call call);

        /** At a SIGTRAP; false when it is not ours and the server shall have it. */
        boolean trap(Tracee tracee);
    }

    /** How threads are let go on: to their next system call, or to the next breakpoint. */
    enum Mode {
        SYSCALLS,
        BREAKPOINTS
    }

    private final Map<Integer, Tracee> tracees = new HashMap<>();
    private final Map<Integer, Space> spaces = new HashMap<>();
    private final Set<Integer> unborn = new HashSet<>();
    private final int root;
    private final Waker waker;
    private Stops stops;
    private Mode mode = Mode.SYSCALLS;
    private boolean stoppingWorld;
    private @Nullable String rootEnd;

    Tracer(int root, Waker waker, Stops stops) {
        this.root = root;
        this.waker = waker;
        this.stops = stops;
    }

    /** Seizes a process that has stopped itself, and lets it go on. */
    void seizeRoot() {
        Space space = new Space(root);
        spaces.put(root, space);
        tracees.put(root, new Tracee(root, space));
        Ptrace.seize(root);
        Processes.kill(root, 18 /* SIGCONT */);
    }

    /** From now on stops go there, and threads are let go on that way. */
    void phase(Stops next, Mode nextMode) {
        stops = next;
        mode = nextMode;
    }

    Collection<Space> spaces() {
        return spaces.values();
    }

    Collection<Tracee> tracees() {
        return tracees.values();
    }

    /** How the server's first process ended; null while it lives. */
    @Nullable
    String rootEnd() {
        return rootEnd;
    }

    /**
     * Waits for the next thing to happen, a call of the waker among them, and deals with it. waitpid(2) gives the stops of
     * many threads always in the same order: so that those at the end get their turn, all that there are come before any
     * that is yet to come.
     */
    void step() {
        Wait.Status first = next();
        if (tracees.size() < MANY) {
            deal(first);
            return;
        }
        List<Wait.Status> all = new ArrayList<>(List.of(first));
        for (Optional<Wait.Status> more = now(); more.isPresent(); more = now()) {
            all.add(more.get());
        }
        all.forEach(this::deal);
    }

    private void deal(Wait.Status status) {
        try {
            Tracee tracee = classify(status);
            if (tracee != null) {
                go(tracee);
            }
        } catch (SyscallException e) {
            ifGone(e);
        }
    }

    private static Optional<Wait.Status> now() {
        return Wait.waitpid(-1, Wait.WALL | Wait.WNOTHREAD | Wait.WNOHANG);
    }

    private Wait.Status next() {
        return Wait.waitpid(-1, Wait.WALL | Wait.WNOTHREAD).orElseThrow();
    }

    /** Deals with what happened; the thread to be let go on, or null. */
    private @Nullable Tracee classify(Wait.Status status) {
        if (status.pid() == waker.pid()) {
            waker.answer(status);
            return null;
        }
        if (!status.stopped()) {
            ended(status);
            return null;
        }
        Tracee tracee = known(status.pid());
        if (tracee == null) {
            return null;
        }
        tracee.stopped = true;
        tracee.injectable = true;
        tracee.signal = 0;
        int signal = status.stopSignal();
        switch (status.event()) {
            case 0 -> stopped(tracee, status, signal);
            case Ptrace.EVENT_STOP -> {
                if (signal >= SIGSTOP && signal <= SIGTTOU && !stoppingWorld) {
                    Ptrace.listen(tracee.tid);
                    tracee.stopped = false;
                    return null;
                }
                tracee.hideInterruption();
            }
            case Ptrace.EVENT_EXEC -> {
                exec(tracee);
                outOfCall(tracee);
            }
            case Ptrace.EVENT_VFORK -> {
                born(tracee, new Space((int) Ptrace.eventMessage(tracee.tid)));
                tracee.injectable = false;
            }
            case Ptrace.EVENT_FORK -> {
                born(tracee, tracee.space.fork((int) Ptrace.eventMessage(tracee.tid)));
                outOfCall(tracee);
            }
            // EVENT_CLONE: the new thread is known by its process when it stops.
            default -> outOfCall(tracee);
        }
        return tracee;
    }

    /**
     * These events happen in the middle of a call, whose result is yet to be written over the registers: before anything
     * else is done with the thread it must be at the call's end.
     */
    private void outOfCall(Tracee tracee) {
        if (stoppingWorld) {
            tracee.toSyscallStop();
        }
    }

    private void stopped(Tracee tracee, Wait.Status status, int signal) {
        if (Tracee.isSyscallStop(status)) {
            stops.call(tracee, Ptrace.call(tracee.tid));
        } else if (signal != SIGTRAP || !stops.trap(tracee)) {
            tracee.signal = signal;
        }
    }

    private void ended(Wait.Status status) {
        unborn.remove(status.pid());
        tracees.remove(status.pid());
        Space space = spaces.remove(status.pid());
        if (space != null) {
            space.close();
        }
        if (status.pid() == root) {
            rootEnd = status.describe();
        }
    }

    /** Null for a child whose parent has not told of it yet: it waits. */
    private @Nullable Tracee known(int tid) {
        Tracee tracee = tracees.get(tid);
        if (tracee != null) {
            return tracee;
        }
        Space space = spaces.get(processOf(tid));
        if (space == null) {
            unborn.add(tid);
            return null;
        }
        Tracee thread = new Tracee(tid, space);
        tracees.put(tid, thread);
        return thread;
    }

    private static int processOf(int tid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + tid + "/status"))) {
                if (line.startsWith("Tgid:")) {
                    return Integer.parseInt(line.substring(5).strip());
                }
            }
        } catch (IOException e) {
            log.debug("thread {} is gone", tid);
        }
        return tid;
    }

    private void born(Tracee parent, Space space) {
        log.debug("server process {} forked {}", parent.space.pid, space.pid);
        spaces.put(space.pid, space);
        Tracee child = new Tracee(space.pid, space);
        tracees.put(space.pid, child);
        if (unborn.remove(space.pid)) {
            child.stopped = true;
            if (!stoppingWorld) {
                go(child);
            }
        }
    }

    private void exec(Tracee tracee) {
        tracees.values().removeIf(other -> other.space == tracee.space && other != tracee);
        tracee.space.forget();
        tracee.plan = null;
    }

    /** Lets a stopped thread go on. */
    void go(Tracee tracee) {
        if (!tracee.stopped || tracee.parked) {
            return;
        }
        tracee.stopped = false;
        try {
            switch (mode) {
                case SYSCALLS -> Ptrace.resumeToSyscall(tracee.tid, tracee.signal);
                case BREAKPOINTS -> Ptrace.resume(tracee.tid, tracee.signal);
            }
        } catch (SyscallException e) {
            ifGone(e);
        }
        sendPutAside(tracee);
    }

    private static void sendPutAside(Tracee tracee) {
        for (int signal : tracee.putAside) {
            Processes.tgkill(tracee.space.pid, tracee.tid, signal);
        }
        tracee.putAside.clear();
    }

    /**
     * Stops every thread, wherever it is, and leaves it stopped. Needs ticks to notice that one does not stop.
     *
     * @throws TakeoverException when one cannot be stopped, as while it waits for a disk
     */
    void stopWorld() {
        stoppingWorld = true;
        long deadline = System.nanoTime() + STOP_WITHIN.toNanos();
        Set<Integer> asked = new HashSet<>();
        while (true) {
            boolean running = false;
            for (Tracee tracee : List.copyOf(tracees.values())) {
                if (!tracee.stopped) {
                    running = true;
                    if (asked.add(tracee.tid)) {
                        interrupt(tracee);
                    }
                }
            }
            if (!running) {
                stoppingWorld = false;
                return;
            }
            if (System.nanoTime() > deadline) {
                stoppingWorld = false;
                throw new TakeoverException("a thread of the server did not stop within " + STOP_WITHIN.toMillis()
                        + " ms: it may wait for a disk or a dead network mount");
            }
            classify(next());
        }
    }

    private void interrupt(Tracee tracee) {
        try {
            Ptrace.interrupt(tracee.tid);
        } catch (SyscallException e) {
            ifGone(e);
        }
    }

    /** A stopped thread of each process in which calls can be made. */
    List<Tracee> oneOfEach() {
        Map<Space, Tracee> one = new LinkedHashMap<>();
        tracees.values().stream()
                .filter(tracee -> tracee.injectable)
                .forEach(tracee -> one.putIfAbsent(tracee.space, tracee));
        return List.copyOf(one.values());
    }

    void resumeWorld() {
        new ArrayList<>(tracees.values()).forEach(this::go);
    }

    /** Leaves every thread to itself, with the signals that came meanwhile; the world is stopped. */
    void detachAll() {
        for (Tracee tracee : tracees.values()) {
            try {
                Ptrace.detach(tracee.tid, tracee.signal);
            } catch (SyscallException e) {
                ifGone(e);
            }
            sendPutAside(tracee);
        }
        tracees.clear();
        spaces.values().forEach(Space::close);
        spaces.clear();
    }

    /** A thread may be killed at any time; that it is gone is told by waitpid. */
    private static void ifGone(SyscallException e) {
        if (e.errno() != Errno.ESRCH) {
            throw e;
        }
    }
}
