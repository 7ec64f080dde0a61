package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Sockets;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A client's connection that the agent has a duplicate of: as long as that is open, the connection lives, whatever
 * becomes of the server.
 */
public final class HeldConnection implements AutoCloseable {
    /** Above the kernel's cap, which is half of the largest receive buffer: the most that it takes. */
    private static final int NEVER = Integer.MAX_VALUE;

    private final OwnedFd fd;
    private final long inode;
    private final InetSocketAddress local;
    private final InetSocketAddress peer;
    private final byte[] rawPeer;
    private volatile boolean paused;
    private long pausedNanos;
    private long pausedAt;
    private volatile int waiting;

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

    /** Bytes that nobody had read when the connection was given on. */
    public int waiting() {
        return waiting;
    }

    public void waiting(int bytes) {
        waiting = bytes;
    }

    /** From now on the kernel takes data in but wakes no reader (SO_RCVLOWAT of socket(7)). */
    void pause(Sockets sockets) {
        if (!paused) {
            sockets.setOption(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVLOWAT, NEVER);
            pausedAt = System.nanoTime();
            paused = true;
        }
    }

    /** Undoes the pause; whoever waits is woken when there is data. */
    void resume(Sockets sockets) {
        if (paused) {
            sockets.setOption(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVLOWAT, 1);
            pausedNanos += System.nanoTime() - pausedAt;
            paused = false;
        }
    }

    /** Gives the duplicate back. */
    @Override
    public void close() {
        fd.close();
    }
}
