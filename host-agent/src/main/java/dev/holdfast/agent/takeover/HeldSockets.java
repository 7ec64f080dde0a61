package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.SockDiag;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.linux.TcpInfo;
import dev.holdfast.agent.linux.TcpProgress;
import dev.holdfast.agent.linux.TcpRepair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that is held of one server. Used by one thread at a time. */
public final class HeldSockets implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HeldSockets.class);
    private static final long LOOK_AGAIN_NANOS = 1_000_000;
    /** As much as the kernel grants; a server says itself how much it wants. */
    private static final int BACKLOG = 4096;

    private final Map<Long, HeldListener> listeners = new LinkedHashMap<>();
    private final Map<Long, HeldConnection> connections = new LinkedHashMap<>();
    private final Set<Integer> serving = new HashSet<>();
    private final List<HeldConnection> closedByServer = new ArrayList<>();
    private final Sockets sockets = new Sockets();
    /** Whether connections may have a pause from their listener, which must not be taken for the program's own wish. */
    private boolean newcomersPaused;

    private boolean closed;

    public List<HeldListener> listeners() {
        return List.copyOf(listeners.values());
    }

    public Collection<HeldConnection> connections() {
        return connections.values();
    }

    /** The connection with that inode, while it is held. */
    public Optional<HeldConnection> connection(long inode) {
        return Optional.ofNullable(connections.get(inode));
    }

    /** In how many processes of the server connections were found. */
    public int processes() {
        return serving.size();
    }

    void servedBy(int pid) {
        serving.add(pid);
    }

    /** Connections that the server itself ended while they were held. */
    public List<HeldConnection> closedByServer() {
        return closedByServer;
    }

    /** Descriptors of all of it, by inode. */
    public Map<Long, OwnedFd> descriptors() {
        Map<Long, OwnedFd> fds = new LinkedHashMap<>();
        listeners.forEach((inode, listener) -> fds.put(inode, listener.fd()));
        connections.forEach((inode, connection) -> fds.put(inode, connection.fd()));
        return fds;
    }

    /**
     * Whether a server that reads and writes no more has left something owed, as far as one look tells; that it has not is
     * believed only where it was silent.
     *
     * @param died when it read and wrote last, by {@link System#nanoTime}
     */
    public Optional<Loss> loss(HeldConnection connection, long died) {
        Debt debt = lastLook(connection);
        return loss(connection, debt, Standing.first(debt).owes(), died);
    }

    /** As above, with one's own opinion of what the last look shows. */
    static Optional<Loss> loss(HeldConnection connection, Debt debt, boolean owed, long died) {
        return owed || before(debt, died).isFresh() ? Optional.of(new Loss(connection, owed)) : Optional.empty();
    }

    /** What is seen now, as a server left it that read and wrote last at that time, by {@link System#nanoTime}. */
    static Debt before(Debt debt, long died) {
        return debt.before((System.nanoTime() - died) / 1_000_000);
    }

    /** When something was last sent on any of these, by {@link System#nanoTime}; now if there are none. */
    public long lastSent(Collection<HeldConnection> some) {
        long agoMillis = some.stream()
                .mapToLong(connection -> sockets.tcpInfo(connection.fd()).lastDataSent())
                .min()
                .orElse(0);
        return System.nanoTime() - agoMillis * 1_000_000;
    }

    /** What one look shows of what a dead server left. */
    Debt lastLook(HeldConnection connection) {
        Debt debt = debt(connection);
        return debt.with(
                debt.unclear()
                        ? TcpRepair.bytesSinceLastSegment(sockets, connection.fd(), debt.isLongStill())
                        : OptionalInt.empty());
    }

    /** How many bytes of the client's have been read. */
    public long consumed(HeldConnection connection) {
        return debt(connection).consumed();
    }

    /** What one look shows. */
    Debt debt(HeldConnection connection) {
        return debt(connection, sockets);
    }

    /** As above, on a thread with its own buffers. */
    static Debt debt(HeldConnection connection, Sockets sockets) {
        TcpInfo info = sockets.tcpInfo(connection.fd());
        int unread = sockets.unread(connection.fd());
        connection.seen(info, unread);
        return Debt.of(info, unread, () -> sockets.writable(connection.fd()));
    }

    /** As {@link #lookAtEnds}, at some. */
    void lookAtEnds(Collection<HeldConnection> some) {
        some.forEach(this::lookAtEnd);
    }

    private void lookAtEnd(HeldConnection connection) {
        connection.seen(sockets.tcpInfo(connection.fd()), sockets.unread(connection.fd()));
    }

    /** Looks at all before they are given on; nobody reads or writes them now. */
    public void lookAtEnds() {
        Map<Long, TcpProgress> told = progress();
        for (HeldConnection connection : connections.values()) {
            TcpProgress progress = told.get(connection.inode());
            if (progress == null) {
                lookAtEnd(connection);
            } else {
                connection.seen(progress.info(), progress.unread());
            }
        }
    }

    /** By inode, in a few calls for all; those that are missing have to be asked one by one. */
    private Map<Long, TcpProgress> progress() {
        Set<Integer> ports = connections.values().stream()
                .map(connection -> connection.local().getPort())
                .collect(Collectors.toSet());
        try {
            return SockDiag.progress(ports).stream()
                    .collect(Collectors.toMap(TcpProgress::inode, each -> each, (one, _) -> one));
        } catch (SyscallException e) {
            log.debug("sock_diag does not tell: {}", e.getMessage());
            return Map.of();
        }
    }

    /** Ends a connection with a reset, so that its client knows at once, also while others have it open. */
    public void reset(HeldConnection connection) {
        sockets.disconnect(connection.fd());
    }

    /**
     * Waits until what a server wrote before it was killed has arrived, or the time is over: with clients that acknowledge
     * late, an answer may be complete and yet on its way.
     */
    public void awaitDrained(Collection<HeldConnection> some, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        while (some.stream().anyMatch(this::isUnderWay) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private boolean isUnderWay(HeldConnection connection) {
        TcpInfo info = sockets.tcpInfo(connection.fd());
        return info.state() != TcpInfo.CLOSE && info.unacked() + info.notSent() > 0;
    }

    /** Has listeners that a server shut down take clients again. */
    public void listenAgain() {
        for (HeldListener listener : listeners.values()) {
            if (sockets.option(listener.fd(), Sockets.SOL_SOCKET, Sockets.SO_ACCEPTCONN) == 0) {
                sockets.listen(listener.fd(), BACKLOG);
            }
        }
    }

    /** How many clients have connected and wait to be accepted. */
    int backlog() {
        // TCP_INFO of a listening socket has the length of its queue where others have what is not acknowledged.
        return listeners.values().stream()
                .mapToInt(listener -> sockets.tcpInfo(listener.fd()).unacked())
                .sum();
    }

    Sockets sockets() {
        return sockets;
    }

    boolean holds(long inode) {
        return connections.containsKey(inode) || listeners.containsKey(inode);
    }

    void add(HeldListener listener) {
        listeners.put(listener.inode(), listener);
    }

    /** Also for one that came while no server was there. */
    public void add(HeldConnection connection) {
        if (newcomersPaused) {
            connection.clear(sockets);
        }
        connections.put(connection.inode(), connection);
    }

    /**
     * A server has all connections and is left alone with them: what it closes is closed. Its listeners stay open, so that
     * clients can wait for whoever comes after it.
     */
    public void leaveConnections() {
        connections.values().forEach(HeldConnection::close);
        connections.clear();
    }

    /** What a server that is left alone with everything closed before counts no more. */
    public void leaveAll() {
        leaveConnections();
        leaveListeners();
        closedByServer.clear();
        newcomersPaused = false;
    }

    /** The listeners are left to whoever has them. */
    private void leaveListeners() {
        listeners.values().forEach(listener -> listener.fd().close());
        listeners.clear();
    }

    /** Those with these inodes, as far as they are held, are another's from now on. */
    public void move(Set<Long> inodes, HeldSockets to) {
        for (long inode : inodes) {
            HeldConnection moved = connections.remove(inode);
            if (moved != null) {
                to.add(moved);
            }
        }
    }

    /** A server closed it: so do we, and the client sees it at once, whoever else has it open. */
    public void dropped(HeldConnection connection) {
        connections.remove(connection.inode());
        closedByServer.add(connection);
        connection.resume(sockets);
        sockets.shutdown(connection.fd());
        connection.close();
    }

    /** Whether threads of the server wait in reads: such a thread may have taken data and wait for more, for the pause's sake. */
    boolean readersWait() {
        return connections.values().stream().anyMatch(HeldConnection::readersWait);
    }

    /** Pauses that one. */
    public void pause(HeldConnection connection) {
        connection.pause(sockets);
    }

    /** Pauses what is not paused yet, and clients that are yet to come. */
    public void pauseAll() {
        pauseNewcomers();
        connections.values().forEach(this::pause);
    }

    /** Pauses clients that are yet to come. */
    void pauseNewcomers() {
        boolean readersWait = connections.isEmpty() || readersWait();
        newcomersPaused = true;
        for (HeldListener listener : listeners.values()) {
            // A new connection has filter and low-water mark from its listener, on which neither does anything.
            if (!readersWait || !sockets.keepDataOut(listener.fd())) {
                HeldConnection.leaveUnwoken(sockets, listener.fd());
            }
        }
    }

    /** Now that no server reads, the kernel may take in everything. */
    public void feedAll() {
        clearListeners();
        connections.values().forEach(connection -> connection.feed(sockets));
    }

    /** Gives every connection back to the process that has it, whoever paused it. */
    public void releaseAll() {
        clearListeners();
        connections.values().forEach(connection -> connection.clear(sockets));
    }

    private void clearListeners() {
        for (HeldListener listener : listeners.values()) {
            sockets.letDataIn(listener.fd());
            sockets.setOption(listener.fd(), Sockets.SOL_SOCKET, Sockets.SO_RCVLOWAT, 1);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        connections.values().forEach(HeldConnection::close);
        listeners.values().forEach(listener -> listener.fd().close());
        sockets.close();
    }
}
