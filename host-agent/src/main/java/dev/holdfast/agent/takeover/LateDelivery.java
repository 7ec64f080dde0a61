package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.SyscallException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives connections to a server that runs and serves clients already, and has the held listeners: it is traced for as long
 * as that takes, and whatever comes of it, it goes on. For one delivery; methods may be called from any thread, one at a time.
 */
public final class LateDelivery implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LateDelivery.class);
    private static final Duration END_WITHIN = Duration.ofSeconds(1);
    private static final Duration TICK = Duration.ofMillis(20);
    /** Its clients wait meanwhile: who is longer in the kernel is tried again another time. */
    private static final Duration STOP_WITHIN = Duration.ofMillis(200);
    /** Each takes as long as a thread may take to stop. */
    private static final int TRIES = 5;
    /** Nobody is kept waiting so that others get their share: who waits has clients. */
    private static final int NO_SHARES = 1;

    private final int pid;
    private final Sockets sockets = new Sockets();
    private final Listeners listeners;
    private final TracerThread thread;
    private final Set<HeldConnection> left = Collections.synchronizedSet(new LinkedHashSet<>());
    private final List<HeldConnection> delivered = Collections.synchronizedList(new ArrayList<>());
    private final List<HeldConnection> newcomers = Collections.synchronizedList(new ArrayList<>());
    /** The processes that there were when it was stopped. By the tracer alone, as the next. */
    private final Set<Integer> begun = new HashSet<>();

    private boolean lost;
    /** From the time on when the server would end with its tracer, until it has been let go. */
    private @Nullable Delivery unfinished;

    private LateDelivery(int pid, List<HeldListener> held) {
        this.pid = pid;
        this.listeners = new Listeners(held, sockets, null);
        this.thread = TracerThread.start("late-" + pid, waker -> {
            Tracer tracer = new Tracer(pid, waker, new Killing.LettingGo());
            try {
                tracer.seizeRunning();
                return tracer;
            } catch (RuntimeException e) {
                letGoUntouched(tracer);
                throw e;
            }
        });
    }

    /**
     * Begins to trace a server with all its processes and threads; none of them is stopped yet.
     *
     * @param pid of its first process
     * @param held the listeners that it may have
     * @throws TakeoverException when it has none of them, or cannot be traced; it has noticed nothing
     * @throws SyscallException the same
     */
    public static LateDelivery attach(int pid, List<HeldListener> held) {
        LateDelivery late = new LateDelivery(pid, held);
        try {
            late.thread.call(tracer -> {
                late.listeners.find(
                        tracer.spaces().stream().map(space -> space.pid).toList());
                tracer.spaces().forEach(LibraryAccepts::findIn);
                return pid;
            });
            if (late.listeners.grafted().isEmpty()) {
                throw new TakeoverException("server " + pid + " has none of the held listeners");
            }
            return late;
        } catch (RuntimeException e) {
            late.close();
            throw e;
        }
    }

    /** As below, with nothing to be done before the server is let go. */
    public void deliver(Collection<HeldConnection> connections) {
        deliver(connections, () -> {});
    }

    /**
     * Gives the server the connections, in this order. When this returns or throws, it runs untraced.
     *
     * @param before run when all are with the server and it is about to be let go
     * @throws TakeoverException when it does not take them all, or one of its processes was killed meanwhile; {@link #left}
     *     tells what is still ours alone
     */
    public void deliver(Collection<HeldConnection> connections, Runnable before) {
        left.addAll(connections);
        try {
            call(connections, before);
        } finally {
            thread.awaitEnd(END_WITHIN);
        }
    }

    private void call(Collection<HeldConnection> connections, Runnable before) {
        thread.call(tracer -> {
            Delivery delivery = new Delivery(tracer, listeners, sockets, NO_SHARES, this::accepted, this::came);
            delivery.order().add(connections);
            try (delivery;
                    ScheduledExecutorService _ = thread.ticking(TICK)) {
                deliver(tracer, delivery, before);
            } catch (SyscallException e) {
                throw lost
                        ? new TakeoverException("the server lost a process during the delivery: " + e.getMessage())
                        : e;
            }
            return pid;
        });
    }

    private void deliver(Tracer tracer, Delivery delivery, Runnable before) {
        try {
            tracer.stopSeized(STOP_WITHIN);
            unfinished = delivery;
            tracer.spaces().forEach(space -> begun.add(space.pid));
            boolean known = delivery.findAccepts();
            delivery.begin();
            if (known) {
                tracer.resumeWorld();
            } else {
                delivery.learn();
            }
            DeliveryLoop.run(tracer, delivery, delivered, () -> {});
            tracer.stopWorld();
            before.run();
        } finally {
            letGo(tracer);
        }
        if (!left.isEmpty()) {
            throw new TakeoverException("the server lost a process during the delivery");
        }
    }

    private void accepted(HeldConnection connection, int process) {
        left.remove(connection);
        delivered.add(connection);
    }

    private void came(HeldConnection newcomer) {
        left.add(newcomer);
        newcomers.add(newcomer);
    }

    /** What a process had accepted that has ended is still ours; but who lives may have had it before, and in vain. */
    private void takeBackFromDead(Tracer tracer) {
        Set<Integer> living = new HashSet<>();
        tracer.spaces().forEach(space -> living.add(space.pid));
        if (living.containsAll(begun)) {
            return;
        }
        lost = true;
        Set<Long> open = SocketTable.inodes(
                tracer.spaces().stream().map(space -> space.pid).toList());
        delivered.stream()
                .filter(connection -> !open.contains(connection.inode()))
                .forEach(left::add);
        delivered.removeAll(left);
    }

    /** Nothing of ours is to be left in the server, which ends with its tracer as long as a thread of it is not let go. */
    private void letGo(Tracer tracer) {
        Delivery delivery = unfinished;
        if (delivery == null) {
            letGoUntouched(tracer);
            thread.finish();
            return;
        }
        delivery.withdraw();
        for (int i = 0; i < TRIES; i++) {
            try {
                tracer.hearOfDead();
                tracer.stopWorld();
                delivery.end();
                takeBackFromDead(tracer);
                tracer.detachAll();
                unfinished = null;
                thread.finish();
                return;
            } catch (TakeoverException | SyscallException e) {
                log.warn("server {} cannot be let go yet: {}", pid, e.getMessage());
                tracer.resumeWorld();
            }
        }
        log.error("server {} runs on under trace", pid);
    }

    /** Whoever does not stop is let go by the kernel, a moment after the tracer's end. */
    private static void letGoUntouched(Tracer tracer) {
        try {
            tracer.stopWorld(STOP_WITHIN);
        } catch (TakeoverException e) {
            log.debug("{}", e.getMessage());
        }
        tracer.detachAll();
    }

    /** What an accept of the server has returned, clients that stood in its backlog among them. */
    public List<HeldConnection> delivered() {
        return List.copyOf(delivered);
    }

    /** Clients that stood in the backlog and that are held too now. */
    public List<HeldConnection> newcomers() {
        return List.copyOf(newcomers);
    }

    /** Once the delivery has ended: what the server does not have, and another one is to be found for. */
    public List<HeldConnection> left() {
        return List.copyOf(left);
    }

    /** Lets go of a server to which nothing was delivered. */
    @Override
    public void close() {
        if (thread.isAlive()) {
            try {
                thread.call(tracer -> {
                    letGo(tracer);
                    return pid;
                });
            } catch (TakeoverException | SyscallException e) {
                log.debug("server {} is not traced: {}", pid, e.getMessage());
            }
        }
        if (thread.awaitEnd(END_WITHIN)) {
            sockets.close();
        } else {
            // They are in use.
            log.warn("server {} is still traced", pid);
        }
    }
}
