package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Priority;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.linux.TcpInfo;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessTree;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that is started under trace, gets the held listeners when it binds, and the held connections when it accepts.
 * Methods may be called from any thread, one at a time; the tracer's own thread does the work.
 */
public final class NewServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NewServer.class);
    private static final Duration TICK = Duration.ofMillis(20);
    private static final Duration KILL_WITHIN = Duration.ofSeconds(10);

    private static final int SIGKILL = 9;

    private final int pid;
    private final OwnedFd pidfd;
    private final Sockets sockets = new Sockets();
    private final StandIns standIns = new StandIns(sockets);
    private final Listeners listeners;
    private final TracerThread thread;
    private final List<HeldConnection> delivered = Collections.synchronizedList(new ArrayList<>());
    /** By the connection's inode, the process that accepted it. */
    private final Map<Long, Integer> takers = new ConcurrentHashMap<>();

    /** Once it stands by. */
    private volatile @Nullable Pinning pinning;

    /** By the tracer's thread alone. */
    private @Nullable Delivery begun;

    private boolean hasListeners;

    private volatile int withoutStop;
    private final List<HeldConnection> newcomers = Collections.synchronizedList(new ArrayList<>());

    private NewServer(int pid, List<HeldListener> held, Probes probes, boolean beside) {
        this.pid = pid;
        this.pidfd = Processes.pidfdOpen(pid);
        this.listeners = new Listeners(held, sockets, beside ? standIns : null);
        // Who finds a stand-in is nobody's client.
        Gate gate = new Gate(listeners, probes, sockets, beside ? HeldConnection::close : newcomers::add);
        this.thread = TracerThread.start("tracer-" + pid, waker -> {
            Tracer tracer = new Tracer(pid, waker, gate);
            tracer.seizeRoot();
            return tracer;
        });
    }

    /**
     * Lets a process that has stopped itself just before its exec go on under trace.
     *
     * @param probes which connections it may have before {@link #deliver}
     */
    public static NewServer start(int pid, List<HeldListener> held, Probes probes) {
        return new NewServer(pid, held, probes, false);
    }

    /**
     * As {@link #start}, while the server that has the listeners goes on with them: the new one comes to them in {@link
     * #deliver}, and until then listens where only {@link #addressFor} tells.
     */
    public static NewServer startBeside(int pid, List<HeldListener> held, Probes probes) {
        return new NewServer(pid, held, probes, true);
    }

    /** Where a server that was started beside another is asked what others ask at that address; empty before it listens. */
    public Optional<InetSocketAddress> addressFor(InetSocketAddress asked) {
        return standIns.addressFor(asked);
    }

    /** From now on it stands still, until {@link #deliver}. */
    public void standBy() {
        thread.call(tracer -> {
            try (ScheduledExecutorService _ = thread.ticking(TICK)) {
                tracer.stopWorld();
                tracer.tracees().forEach(Tracee::leaveEntry);
                tracer.oneOfEach().forEach(NewServer::prepare);
                Breakpoints.setAll(tracer.oneOfEach(), tracer.spaces(), Delivery.MOST);
                pinning = new Pinning(tracer.tracees(), this.pid);
            }
            return pid;
        });
    }

    /** What can be done before anybody waits for it. */
    private static void prepare(Tracee tracee) {
        Ptrace.registers(tracee.tid, tracee.registers);
        Registers base = tracee.registers.copy();
        tracee.space.learn(tracee, base);
        tracee.space.channel(tracee, base);
        Ptrace.setRegisters(tracee.tid, Tracee.restarted(base));
    }

    /**
     * After {@link #standBy}: what comes next, {@link #giveWay}, {@link #deliver} or {@link #kill}, comes soon. It has the held
     * listeners from now on, and accepts from none, since it stands still.
     */
    public void attend() {
        thread.call(tracer -> {
            comeToListeners(tracer);
            return pid;
        });
        thread.attend();
    }

    /** After {@link #standBy}: begins with what {@link #deliver} does first, whatever connections it is given then. */
    public void giveWay() {
        thread.begin(tracer -> {
            try (Priority _ = Priority.first()) {
                giveWay(tracer);
            }
            return pid;
        });
    }

    /** After {@link #standBy}: the CPU that it is on until all connections are with it. */
    public byte[] cpu() {
        return Objects.requireNonNull(pinning).cpu();
    }

    public int pid() {
        return pid;
    }

    /** How the process ended, if it does; "exited with status 1". */
    public CompletableFuture<String> ended() {
        return thread.rootEnd();
    }

    /** The held listeners that the server has not bound. */
    public List<HeldListener> unbound() {
        return thread.call(tracer -> List.copyOf(listeners.free()));
    }

    /**
     * Gives the server the connections, those with waiting requests first, and those that came while it was starting; then lets go of it. When
     * this returns, all are with the server and it runs untraced.
     *
     * @param workers how many processes of the old server had them
     * @throws TakeoverException when it does not take them; it is then still traced and {@link #kill} is what is left
     */
    public void deliver(Collection<HeldConnection> connections, int workers) {
        deliver(connections, Later.NOBODY, workers, () -> {}, () -> {});
    }

    /**
     * As above.
     *
     * @param later more of them, which are found meanwhile; only where one process is to have all
     * @param meanwhile run now and again when it takes long, by the thread that runs {@code before}
     * @param before run when all are with the server and it is about to be let go; when it throws, or the server is
     *     killed meanwhile, it is not
     */
    public void deliver(
            Collection<HeldConnection> connections, Later later, int workers, Runnable meanwhile, Runnable before) {
        later.whenFound(thread::wake);
        thread.call(tracer -> {
            Delivery delivery = new Delivery(tracer, listeners, sockets, workers, this::accepted, newcomers::add);
            begun = delivery;
            delivery.order().addWaitingFirst(connections);
            delivery.order().addLater(later);
            try (delivery;
                    ScheduledExecutorService _ = thread.ticking(TICK)) {
                deliverAndStop(tracer, delivery, meanwhile);
            } catch (SyscallException e) {
                if (tracer.isWhole()) {
                    throw e;
                }
                throw new TakeoverException(
                        "the new server ended while it was given its connections: " + e.getMessage());
            }
            Set<HeldConnection> orphans = orphans(tracer);
            if (!orphans.isEmpty()) {
                throw new TakeoverException(
                        "a process of the new server ended while it was given its connections, with " + orphans.size()
                                + " of them");
            }
            requireAll(connections);
            requireAll(later.found());
            before.run();
            if (!tracer.isWhole()) {
                throw new TakeoverException("the new server had all connections and was killed before it was let go");
            }
            tracer.detachAll();
            thread.finish();
            return delivered.size();
        });
    }

    /** Nobody else has what is left over: it would end with us. */
    private void requireAll(Collection<HeldConnection> connections) {
        Set<HeldConnection> left = new HashSet<>(connections);
        left.addAll(newcomers());
        delivered().forEach(left::remove);
        if (!left.isEmpty()) {
            throw new TakeoverException("the new server was not given " + left.size() + " connections");
        }
    }

    private void accepted(HeldConnection connection, int process) {
        takers.put(connection.inode(), process);
        delivered.add(connection);
    }

    private static Set<Long> inodes(Tracer tracer) {
        return SocketTable.inodes(
                tracer.spaces().stream().map(space -> space.pid).toList());
    }

    /** What a process had accepted that has ended, and no other one has: nobody has closed it. */
    private Set<HeldConnection> orphans(Tracer tracer) {
        Set<Integer> ended = new HashSet<>(takers.values());
        ended.removeIf(ProcessIdentity::goesOn);
        if (ended.isEmpty()) {
            return Set.of();
        }
        Set<Long> open = inodes(tracer);
        return delivered().stream()
                .filter(connection -> ended.contains(takers.get(connection.inode())))
                .filter(connection -> !open.contains(connection.inode()))
                .collect(Collectors.toSet());
    }

    /** What the server closed again without a word, as one does that has reached its limit: its clients are lost. */
    public List<HeldConnection> closedAtOnce() {
        // A child that is made meanwhile may have what its parent has closed: it is in the second look.
        Set<Long> open = SocketTable.inodes(ProcessTree.of(pid).pids());
        open.addAll(SocketTable.inodes(ProcessTree.of(pid).pids()));
        List<HeldConnection> closed = delivered().stream()
                .filter(connection -> !open.contains(connection.inode()))
                .toList();
        closed.forEach(connection -> log.info(
                "server {} has closed {}, which process {} had accepted",
                pid,
                SocketAddresses.text(connection.peer()),
                takers.get(connection.inode())));
        return closed.stream()
                .filter(connection -> {
                    TcpInfo now = sockets.tcpInfo(connection.fd());
                    return now.established() && now.bytesSent() == connection.sentBefore();
                })
                .toList();
    }

    /**
     * What it has accepted and closed again, for whatever reason; it stands still from now on, until {@link #kill}. Nothing
     * when it ends by itself, since that cannot be told then.
     */
    public List<HeldConnection> closed() {
        return thread.call(tracer -> {
            try (ScheduledExecutorService _ = thread.ticking(TICK)) {
                tracer.stopWorld();
            }
            if (begun != null) {
                // What was taken without a stop until this one.
                begun.collect();
            }
            Set<Long> open = inodes(tracer);
            Set<HeldConnection> orphans = orphans(tracer);
            return ProcessIdentity.goesOn(pid)
                    ? delivered().stream()
                            .filter(connection -> !open.contains(connection.inode()))
                            .filter(connection -> !orphans.contains(connection))
                            .toList()
                    : List.<HeldConnection>of();
        });
    }

    private void deliverAndStop(Tracer tracer, Delivery delivery, Runnable meanwhile) {
        Pinning together;
        try (Priority _ = Priority.first()) {
            giveWay(tracer);
            Pinning before = pinning;
            together = before == null ? new Pinning(tracer.tracees(), pid) : before;
            // Only now nobody else can have been accepted and taken from it.
            delivery.order().add(newcomers());
            delivery.begin();
        }
        if (delivery.isWithoutStops()) {
            // It need not take turns with the tracer: it runs where there is room.
            together.undo(tracer.tracees());
        }
        tracer.resumeWorld();
        DeliveryLoop.run(tracer, delivery, delivered, meanwhile);
        tracer.stopWorld();
        delivery.end();
        withoutStop = delivery.withoutStop();
        together.undo(tracer.tracees());
    }

    /** It stands, and has the held listeners. */
    private void giveWay(Tracer tracer) {
        tracer.stopWorld();
        tracer.tracees().forEach(Tracee::leaveEntry);
        if (!standIns.all().isEmpty()) {
            comeToListeners(tracer);
            new GivingWay(standIns, sockets).copyOptions();
            standIns.close();
        }
    }

    private void comeToListeners(Tracer tracer) {
        if (!hasListeners) {
            new GivingWay(standIns, sockets).in(tracer.oneOfEach());
            hasListeners = true;
        }
    }

    /**
     * Kills the server with all its children, and waits until they are gone.
     *
     * @throws TakeoverException when one of them does not end, as while it waits for a disk
     */
    public void kill() {
        try {
            thread.call(tracer -> {
                tracer.killAll(KILL_WITHIN);
                thread.finish();
                return pid;
            });
        } catch (TakeoverException | SyscallException e) {
            if (Processes.awaitExit(pidfd, Duration.ZERO)) {
                return;
            }
            // What a tracer traces ends with it; but that may have been before it began, or after it let go.
            log.warn("server {} is killed without its tracer: {}", pid, e.getMessage());
            ProcessTree.of(pid).pids().forEach(process -> Processes.kill(process, SIGKILL));
            if (!Processes.awaitExit(pidfd, KILL_WITHIN)) {
                throw new TakeoverException(
                        "server " + pid + " did not end within " + KILL_WITHIN.toMillis() + " ms of SIGKILL");
            }
        }
    }

    /** How many connections it has taken without being stopped for them ({@link Shortcut}). */
    int withoutStop() {
        return withoutStop;
    }

    /** What an accept of the server has returned, clients that came while it was starting among them. */
    public List<HeldConnection> delivered() {
        return List.copyOf(delivered);
    }

    /** Clients that connected since the server was started and that are held too now, whether delivered or not. */
    public List<HeldConnection> newcomers() {
        return List.copyOf(newcomers);
    }

    @Override
    public void close() {
        standIns.close();
        sockets.close();
        pidfd.close();
    }
}
