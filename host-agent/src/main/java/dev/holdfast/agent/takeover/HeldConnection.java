package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.TcpInfo;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection that the agent has a duplicate of: as long as that is open, the connection lives, whatever
 * becomes of the server.
 */
public final class HeldConnection implements AutoCloseable {

    private static final int NEVER_STARVED = -1;

    private final OwnedFd fd;
    private final long inode;
    private final InetSocketAddress local;
    private final InetSocketAddress peer;
    private final byte[] rawPeer;
    private volatile boolean paused;
    private @Nullable Boolean nonBlocking;
    private boolean unwoken;
    private boolean pausedWhenLookedAt;
    private int lowWaterMark = 1;
    private boolean unfed;
    private int segmentsBefore = NEVER_STARVED;
    private int segmentsWhenFed = NEVER_STARVED;
    private long pausedNanos;
    private long pausedAt;
    private volatile int waiting;
    private volatile long sentBefore;
    private boolean closedByClient;
    private boolean endedByServer;

    HeldConnection(OwnedFd fd, long inode, InetSocketAddress local, InetSocketAddress peer, byte[] rawPeer) {
        this.fd = fd;
        this.inode = inode;
        this.local = local;
        this.peer = peer;
        this.rawPeer = rawPeer;
    }

    public OwnedFd fd() {
        return fd;
    }

    public long inode() {
        return inode;
    }

    public InetSocketAddress local() {
        return local;
    }

    public InetSocketAddress peer() {
        return peer;
    }

    /** The peer as accept(2) gives it. */
    byte[] rawPeer() {
        return rawPeer;
    }

    public boolean isPaused() {
        return paused;
    }

    /** How long the server was not told of data, all pauses together. */
    public Duration pausedFor() {
        return Duration.ofNanos(pausedNanos + (paused ? System.nanoTime() - pausedAt : 0));
    }

    /** Bytes that had been sent when the connection was given on. */
    long sentBefore() {
        return sentBefore;
    }

    /** What the kernel says before it is given on. */
    void seen(TcpInfo info, int unread) {
        waiting = unread;
        sentBefore = info.bytesSent();
        closedByClient = info.state() == TcpInfo.CLOSE || (info.state() == TcpInfo.CLOSE_WAIT && unread == 0);
        endedByServer = info.finished();
    }

    /** Whether, when that was asked, the client had gone, with nothing left for a server to read. */
    public boolean closedByClient() {
        return closedByClient;
    }

    /** Whether, when that was asked, the server had said that it says no more: another one could not go on with it. */
    public boolean endedByServer() {
        return endedByServer;
    }

    /** Bytes that nobody had read when the connection was given on. */
    public int waiting() {
        return waiting;
    }

    public void waiting(int bytes) {
        waiting = bytes;
    }

    /**
     * From now on the server is given nothing new. Where its readers wait for an event, they are not woken (SO_RCVLOWAT of
     * socket(7)) and the kernel takes data in. Where they wait in the read itself, a signal would bring them back with what
     * has come in: data is kept out.
     */
    void pause(Sockets sockets) {
        if (paused) {
            return;
        }
        pausedAt = System.nanoTime();
        paused = true;
        // Whoever had it may have changed that.
        nonBlocking = null;
        if (!readersWait() || !starve(sockets)) {
            lowWaterMark = sockets.option(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVLOWAT);
            unwoken = true;
            leaveUnwoken(sockets, fd);
        }
    }

    /**
     * Half of the receive buffer is as much as it can be without the kernel making the buffer larger, for good. Where a
     * client sends more, the server is woken, and {@link Quiesce} sees it.
     */
    static void leaveUnwoken(Sockets sockets, OwnedFd fd) {
        int half = sockets.option(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF) / 2;
        sockets.setOption(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVLOWAT, half);
    }

    /**
     * Whether a thread may wait in a read that has its data but not as much as the mark asks: the server has made a
     * connection block that did not when it was paused, as the JDK's HttpServer does for each request.
     */
    boolean mayBeStuck() {
        return unwoken && readersWait();
    }

    /** Whether a read without data waits for it: the server has a thread for each connection. */
    boolean readersWait() {
        return (Fds.statusFlags(fd) & Fds.O_NONBLOCK) == 0;
    }

    /** It has been looked at; whether it had been before since it was paused, so that what was read since was read unwoken. */
    boolean lookedAt() {
        boolean before = pausedWhenLookedAt;
        pausedWhenLookedAt = paused;
        return before;
    }

    /** Keeps data out, also where readers need not be woken to read; false without the right to. */
    boolean starve(Sockets sockets) {
        if (!unfed) {
            unfed = sockets.keepDataOut(fd);
            segmentsBefore = unfed ? sockets.tcpInfo(fd).segmentsIn() : segmentsBefore;
        }
        return unfed;
    }

    /** Whether the client's last segment is what it looks like, and not what was left of one when its data was cut off. */
    boolean lastSegmentIsWhole(int segmentsIn) {
        return segmentsBefore == NEVER_STARVED
                || segmentsBefore == segmentsIn
                || (!unfed && segmentsIn != segmentsWhenFed);
    }

    /** Lets data in, now that nobody can read it. */
    void feed(Sockets sockets) {
        if (unfed) {
            sockets.letDataIn(fd);
            segmentsWhenFed = sockets.tcpInfo(fd).segmentsIn();
            unfed = false;
        }
    }

    boolean isUnfed() {
        return unfed;
    }

    /** Undoes the pause; whoever waits is woken when there is data. */
    void resume(Sockets sockets) {
        letWake(sockets);
        if (paused) {
            pausedNanos += System.nanoTime() - pausedAt;
            paused = false;
            pausedWhenLookedAt = false;
        }
    }

    private void letWake(Sockets sockets) {
        feed(sockets);
        if (unwoken) {
            sockets.setOption(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVLOWAT, lowWaterMark);
            unwoken = false;
        }
    }

    /** For whoever has it next, now that nobody has: what {@link #resume} and {@link #setNonBlocking} would ask the kernel for. */
    void makeReady(Sockets sockets) {
        letWake(sockets);
        nonBlocking = !readersWait();
    }

    /** O_NONBLOCK, which is the socket's own and not the descriptor's. */
    void setNonBlocking(boolean wanted) {
        if (nonBlocking == null) {
            nonBlocking = (Fds.statusFlags(fd) & Fds.O_NONBLOCK) != 0;
        }
        if (nonBlocking != wanted) {
            int flags = Fds.statusFlags(fd);
            Fds.setStatusFlags(fd, wanted ? flags | Fds.O_NONBLOCK : flags & ~Fds.O_NONBLOCK);
            nonBlocking = wanted;
        }
    }

    /** Undoes what it has from its listener, or from an agent that was killed. */
    void clear(Sockets sockets) {
        unfed = true;
        unwoken = true;
        resume(sockets);
    }

    /** Gives the duplicate back. */
    @Override
    public void close() {
        fd.close();
    }
}
