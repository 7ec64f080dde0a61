package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.TcpInfo;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.common.manifest.Takeover;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches, on a thread of its own, the connections that stay with a server. Its duplicates tell who ended one; since a
 * socket that somebody else has open sends no FIN, what the server closes is shut down at once.
 */
public final class Lingering implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Lingering.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(25);
    /** Looks take no more of a CPU than one part in so many. */
    private static final int LOOK_SHARE = 10;

    private final HeldSockets staying;
    private final ProcessIdentity server;
    private final Map<Long, Place> places = new HashMap<>();
    private final Set<Long> finished = new HashSet<>();
    private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
    private final Judge judge;
    /** Those that no other server can go on with. By the thread that looks. */
    private final Set<Long> bound;

    private Thread thread;
    private volatile Set<Long> ready = Set.of();
    private volatile int left;
    private volatile boolean over;

    /** Who ended a connection. */
    public enum By {
        CLIENT,
        SERVER,
        /** It was not closed: the server ended and had it. */
        DEATH
    }

    /** One that stays no more. */
    public record Ended(HeldConnection connection, By by) {}

    private record Place(int pid, int number) {}

    private Lingering(HeldSockets staying, ProcessIdentity server, Takeover policy, Set<Long> bound) {
        this.staying = staying;
        this.server = server;
        this.left = staying.connections().size();
        this.judge = new Judge(staying, policy);
        this.bound = new HashSet<>(bound);
        this.thread = newThread();
    }

    private Thread newThread() {
        return Thread.ofPlatform().name("lingering-" + server.pid()).daemon().unstarted(this::run);
    }

    /**
     * Begins, while the server stands still.
     *
     * @param staying what stays and nothing else; closed with this
     * @param bound those of it with which no other server can go on
     */
    public static Lingering of(HeldSockets staying, ProcessIdentity server, Takeover policy, Set<Long> bound) {
        Lingering lingering = new Lingering(staying, server, policy, bound);
        lingering.judge.begin(staying.connections());
        lingering.thread.start();
        return lingering;
    }

    /** Those on which nothing seems to be owed any more, so that they could follow the others. */
    public Set<Long> ready() {
        return ready;
    }

    /** Of those, after {@link #rest}, the ones on which nothing is owed now that the server is frozen. */
    public Set<Long> surelyReady() {
        judge.catchUp();
        find();
        return staying.connections().stream()
                .filter(connection -> ready.contains(connection.inode()))
                .filter(connection -> isInPlace(connection)
                        && staying.sockets().tcpInfo(connection.fd()).established()
                        && isQuiet(connection, true))
                .map(HeldConnection::inode)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Watches again, after {@link #rest}. */
    public void goOn() {
        ready = Set.of();
        over = false;
        left = staying.connections().size();
        thread = newThread();
        thread.start();
    }

    /** How many stay still. */
    public int left() {
        return left;
    }

    /** Those that have ended since this was asked last. */
    public List<Ended> ended() {
        List<Ended> all = new ArrayList<>();
        for (Ended one = ended.poll(); one != null; one = ended.poll()) {
            all.add(one);
        }
        return all;
    }

    /** Until something has ended or could follow, or for that time. */
    public synchronized void await(Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        for (long nanos = within.toNanos();
                ended.isEmpty() && ready.isEmpty() && left > 0 && nanos > 0;
                nanos = deadline - System.nanoTime()) {
            wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
        }
    }

    /** Stops watching, and gives what stays still. */
    public HeldSockets rest() throws InterruptedException {
        stop();
        thread.join();
        return staying;
    }

    private void stop() {
        over = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!over && !staying.connections().isEmpty()) {
            long began = System.nanoTime();
            try {
                look();
            } catch (RuntimeException e) {
                log.warn("what stays with server {} cannot be told just now: {}", server.pid(), e.getMessage());
            }
            left = staying.connections().size();
            tell();
            LockSupport.parkNanos(Math.max(LOOK_EVERY.toNanos(), (System.nanoTime() - began) * LOOK_SHARE));
        }
        left = staying.connections().size();
        tell();
    }

    private synchronized void tell() {
        notifyAll();
    }

    private void look() {
        List<HeldConnection> missing = new ArrayList<>();
        Set<Long> quiet = new HashSet<>();
        judge.catchUp();
        for (HeldConnection connection : List.copyOf(staying.connections())) {
            TcpInfo info = staying.sockets().tcpInfo(connection.fd());
            if (info.finished() && !info.closedByPeer()) {
                finished.add(connection.inode());
            }
            if (info.state() == TcpInfo.CLOSE) {
                end(connection, By.CLIENT);
            } else if (!isInPlace(connection)) {
                missing.add(connection);
            } else if (info.established() && !bound.contains(connection.inode()) && isQuiet(connection, false)) {
                quiet.add(connection.inode());
            }
        }
        ready = Set.copyOf(quiet);
        if (!missing.isEmpty()) {
            seek(missing);
        }
    }

    private boolean isQuiet(HeldConnection connection, boolean frozen) {
        Judgement judgement = judge.look(connection, frozen);
        if (judgement.session().isPresent()) {
            bound.add(connection.inode());
        }
        return judgement.session().isEmpty()
                && !judgement.owes()
                && (judgement.settled() || judge.isLongStill(connection));
    }

    private boolean isInPlace(HeldConnection connection) {
        Place place = places.get(connection.inode());
        return place != null && FdInfo.inode(place.pid(), place.number()) == connection.inode();
    }

    /** In all tables, twice: a process that is made meanwhile may have what its parent has closed. */
    private void seek(List<HeldConnection> missing) {
        boolean goesOn = find();
        if (missing.stream().allMatch(this::isInPlace)) {
            return;
        }
        goesOn &= find();
        for (HeldConnection connection : missing) {
            if (!isInPlace(connection)) {
                end(connection, goesOn ? By.SERVER : By.DEATH);
            }
        }
    }

    /** Whether the server goes on, so that what is in none of the tables was closed. */
    private boolean find() {
        List<Integer> pids = ProcessTree.of(server).pids();
        for (int pid : pids) {
            SocketTable.of(pid).entries().stream()
                    .filter(each -> staying.holds(each.inode()))
                    .forEach(each -> places.put(each.inode(), new Place(pid, each.number())));
        }
        return pids.contains(server.pid()) && server.alive() && ProcessIdentity.goesOn(server.pid());
    }

    private void end(HeldConnection connection, By otherwise) {
        boolean byServer = finished.contains(connection.inode());
        connection.seen(
                staying.sockets().tcpInfo(connection.fd()), staying.sockets().unread(connection.fd()));
        By by = byServer ? By.SERVER : connection.closedByClient() ? By.CLIENT : otherwise;
        if (by == By.DEATH) {
            // An agent that comes later finds the server dead, and says the same.
            staying.reset(connection);
        }
        staying.dropped(connection);
        ended.add(new Ended(connection, by));
    }

    @Override
    public void close() {
        stop();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        judge.close();
        staying.close();
    }
}
