package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.linux.Wait;
import dev.holdfast.agent.process.ProcessTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows all threads and children of one server and hands their stops to whoever is in charge. Every method runs on the
 * thread that seized them, as ptrace(2) asks.
 */
final class Tracer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Tracer.class);
    private static final int SIGTRAP = 5;
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;
    private static final int SIGTTOU = 22;
    private static final Duration STOP_WITHIN = Duration.ofSeconds(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

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

    private final Family family = new Family(this::ended);
    private final int root;
    private final Waker waker;
    private final Seizure seizure;
    private Stops stops;
    private Mode mode = Mode.SYSCALLS;
    private final Turns turns = new Turns();
    private boolean stoppingWorld;
    private boolean delivering;
    private @Nullable String rootEnd;

    Tracer(int root, Waker waker, Stops stops) {
        this.root = root;
        this.waker = waker;
        this.stops = stops;
        this.seizure = new Seizure(family, waker);
    }

    /** Seizes a process that has stopped itself, and lets it go on. */
    void seizeRoot() {
        Ptrace.seize(root);
        family.root(root);
        Processes.kill(root, SIGCONT);
    }

    /**
     * Seizes a server that runs, with all that belongs to it. It runs on, and when the tracer's thread ends too, until {@link
     * #stopSeized}.
     *
     * @throws TakeoverException when somebody else traces a thread of it, or it makes ever more of them
     */
    void seizeRunning() {
        phase(new Killing.LettingGo(), Mode.BREAKPOINTS);
        long deadline = System.nanoTime() + STOP_WITHIN.toNanos();
        while (seizure.pass(ProcessTree.of(root).pids())) {
            for (Optional<Wait.Status> status = Turns.now(); status.isPresent(); status = Turns.now()) {
                deal(status.get());
            }
            if (System.nanoTime() > deadline) {
                throw new TakeoverException("not all threads of the server could be seized within "
                        + STOP_WITHIN.toMillis() + " ms: it makes new ones all the time");
            }
        }
    }

    /**
     * As {@link #stopWorld}, with those that a list of running threads did not show. From now on all end with their tracer.
     */
    void stopSeized(Duration within) {
        do {
            stopWorld(within);
        } while (seizure.pass(family.spaces().stream().map(space -> space.pid).toList()));
        family.tracees().forEach(tracee -> ifThere(() -> Ptrace.binding(tracee.tid)));
    }

    /** From now on stops go there, and threads are let go on that way. */
    void phase(Stops next, Mode nextMode) {
        stops = next;
        mode = nextMode;
    }

    Collection<Space> spaces() {
        return family.spaces();
    }

    /** All threads that live. */
    List<Tracee> tracees() {
        return family.tracees();
    }

    /** How the server's first process ended; null while it lives. */
    @Nullable
    String rootEnd() {
        return rootEnd;
    }

    /** Waits for the next thing to happen, a call of the waker among them, and deals with it. */
    void step() {
        turns.next(family.size()).forEach(this::deal);
    }

    private void deal(Wait.Status status) {
        if (status.pid() == waker.pid()) {
            waker.answer(status);
        } else if (!status.stopped()) {
            ended(status);
        } else {
            Tracee tracee = family.stopped(status.pid());
            if (tracee != null) {
                deal(tracee, status);
            }
        }
    }

    private void deal(Tracee tracee, Wait.Status status) {
        try {
            if (mayGo(tracee, status)) {
                go(tracee);
            }
        } catch (SyscallException | TakeoverException e) {
            if (Ptrace.isStopped(tracee.tid)) {
                throw e;
            }
            // It was killed, or another thread ended the process or became another program: waitpid tells of that.
            tracee.stopped = false;
        }
    }

    /** Deals with a stop; whether the thread is to go on. */
    private boolean mayGo(Tracee tracee, Wait.Status status) {
        int signal = status.stopSignal();
        switch (status.event()) {
            case 0 -> {
                stopped(tracee, status, signal);
                // A signal goes where it was sent, with all that it carries; the thread stops again before its handler.
                return !stoppingWorld || tracee.borrowing || tracee.signal != 0;
            }
            case Ptrace.EVENT_STOP -> {
                if (signal >= SIGSTOP && signal <= SIGTTOU && !delivering) {
                    Ptrace.listen(tracee.tid);
                    tracee.stopped = false;
                    return false;
                }
                tracee.hideInterruption();
                // With a breakpoint just behind it, the thread is in no place of its own before the SIGTRAP has come.
                return !stoppingWorld || tracee.borrowing || tracee.space.accepts.contains(tracee.registers.rip() - 1);
            }
            case Ptrace.EVENT_VFORK -> {
                family.vforked((int) Ptrace.eventMessage(tracee.tid)).ifPresent(this::go);
                return true;
            }
            case Ptrace.EVENT_EXEC -> family.exec(tracee);
            case Ptrace.EVENT_FORK -> born(family.forked(tracee, (int) Ptrace.eventMessage(tracee.tid)));
            case Ptrace.EVENT_CLONE -> born(family.cloned(tracee, (int) Ptrace.eventMessage(tracee.tid)));
            default -> {
                return true;
            }
        }
        if (stoppingWorld) {
            // Before anything else is done with the thread, the call's result is to be in its registers.
            tracee.leaveCall();
        }
        return !stoppingWorld;
    }

    private void stopped(Tracee tracee, Wait.Status status, int signal) {
        if (Tracee.isSyscallStop(status)) {
            stops.call(tracee, Ptrace.call(tracee.tid));
        } else if (signal == SIGTRAP && stops.trap(tracee)) {
            turns.accepts(tracee.tid);
        } else {
            tracee.leaveOurs();
            tracee.signal = signal;
        }
    }

    private void born(Optional<Tracee> child) {
        if (!stoppingWorld) {
            child.ifPresent(this::go);
        }
    }

    private void ended(Wait.Status status) {
        if (delivering && family.has(status.pid())) {
            log.info("server process {} {}", status.pid(), status.describe());
        }
        family.ended(status.pid());
        if (status.pid() == root || (rootEnd == null && !family.has(root))) {
            rootEnd = status.describe();
        }
    }

    /** Lets a stopped thread go on. */
    private void go(Tracee tracee) {
        if (!tracee.stopped || tracee.parked) {
            return;
        }
        int signal = tracee.signal;
        tracee.stopped = false;
        tracee.asked = false;
        tracee.signal = 0;
        ifThere(() -> {
            switch (mode) {
                case SYSCALLS -> Ptrace.resumeToSyscall(tracee.tid, signal);
                case BREAKPOINTS -> Ptrace.resume(tracee.tid, signal);
            }
        });
    }

    /**
     * Stops every thread where calls can be made in it, and leaves it stopped. From now on a stop of the whole server, by
     * an operator, waits until it is detached.
     *
     * @throws TakeoverException when one cannot be stopped, as while it waits for a disk
     */
    void stopWorld() {
        stopWorld(STOP_WITHIN);
    }

    void stopWorld(Duration within) {
        stoppingWorld = true;
        delivering = true;
        long deadline = System.nanoTime() + within.toNanos();
        try {
            for (List<Tracee> running = running(); !running.isEmpty(); running = running()) {
                if (System.nanoTime() > deadline) {
                    throw new TakeoverException("a thread of the server did not stop within " + within.toMillis()
                            + " ms: it may wait for a disk, a dead network mount or a child of vfork");
                }
                running.forEach(Tracer::interrupt);
                if (!dealWithStopsOf(running)) {
                    running.forEach(Tracer::lookForEnd);
                    Wait.within(-1, Turns.ANY, LOOK_AGAIN).ifPresent(this::deal);
                }
            }
        } finally {
            stoppingWorld = false;
        }
    }

    private List<Tracee> running() {
        return family.tracees().stream().filter(tracee -> !tracee.stopped).toList();
    }

    private static void interrupt(Tracee tracee) {
        if (!tracee.asked && !tracee.borrowing) {
            tracee.asked = true;
            ifThere(() -> Ptrace.interrupt(tracee.tid));
        }
    }

    /** One by one, since waitpid for any of them looks at each. */
    private boolean dealWithStopsOf(List<Tracee> running) {
        boolean some = false;
        for (Tracee tracee : running) {
            Optional<Wait.Status> status = Turns.soon(tracee.tid, Duration.ZERO);
            some |= status.isPresent();
            status.ifPresent(this::deal);
        }
        return some;
    }

    private static void lookForEnd(Tracee tracee) {
        tracee.ended = tracee.tid == tracee.space.pid
                && ThreadStatus.of(tracee.tid).filter(ThreadStatus::hasEnded).isPresent();
    }

    /** A stopped thread of each process, in which calls can be made; the world is stopped. */
    List<Tracee> oneOfEach() {
        Map<Space, List<Tracee>> threads = new LinkedHashMap<>();
        for (Tracee tracee : family.tracees()) {
            threads.computeIfAbsent(tracee.space, key -> new ArrayList<>()).add(tracee);
        }
        return threads.values().stream().map(Tracer::oneOf).toList();
    }

    /** In code of its own, a thread may be in a critical section of rseq(2), which a call would break unnoticed. */
    private static Tracee oneOf(List<Tracee> threads) {
        return threads.stream().filter(Tracee::isInCall).findFirst().orElseGet(() -> {
            threads.getFirst().toCall();
            return threads.getFirst();
        });
    }

    void resumeWorld() {
        family.tracees().forEach(this::go);
    }

    /** Whether everyone lives who was there when the world was stopped; SIGKILL takes a thread out of its stop at once. */
    boolean isWhole() {
        return rootEnd == null && dead().isEmpty();
    }

    /** Hears of those that were killed while they were stopped. */
    void hearOfDead() {
        long deadline = System.nanoTime() + STOP_WITHIN.toNanos();
        for (List<Tracee> dead = dead(); !dead.isEmpty() && System.nanoTime() < deadline; dead = dead()) {
            if (!dealWithStopsOf(dead)) {
                LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            }
        }
    }

    private List<Tracee> dead() {
        return family.tracees().stream()
                .filter(tracee -> tracee.stopped && !Ptrace.isStopped(tracee.tid))
                .toList();
    }

    /** Leaves every thread to itself; the world is stopped. */
    void detachAll() {
        family.tracees().forEach(tracee -> detach(tracee.tid, tracee.signal));
        family.unborn().forEach(tid -> detach(tid, 0));
        for (Optional<Wait.Status> late = Turns.now(); late.isPresent(); late = Turns.now()) {
            Wait.Status status = late.get();
            if (status.pid() == waker.pid()) {
                waker.answer(status);
            } else if (status.stopped()) {
                detach(status.pid(), 0);
            } else {
                ended(status);
            }
        }
        family.clear();
    }

    /** What the kernel has made a tracee and nobody here knows of must not be killed when the tracer's thread ends. */
    private static void detach(int tid, int signal) {
        ifThere(() -> {
            Ptrace.sparing(tid);
            Ptrace.detach(tid, signal);
        });
    }

    /** As {@link Killing}; what stops meanwhile is let go on to its end. */
    void killAll(Duration within) {
        phase(new Killing.LettingGo(), Mode.BREAKPOINTS);
        Runnable step = () -> {
            if (!dealWithStopsOf(family.tracees())) {
                Wait.within(-1, Turns.ANY, LOOK_AGAIN).ifPresent(this::deal);
            }
        };
        new Killing(family, step).all(within);
    }

    /** Forgets everybody; whoever is still traced is the kernel's matter when the thread ends. */
    @Override
    public void close() {
        family.clear();
    }

    /** A thread may be killed at any time; that it is gone is told by waitpid. */
    private static void ifThere(Runnable request) {
        try {
            request.run();
        } catch (SyscallException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }
}
