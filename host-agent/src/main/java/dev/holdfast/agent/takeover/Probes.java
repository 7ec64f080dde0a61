package dev.holdfast.agent.takeover;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which connections to a new server are its readiness probes: until it is ready, only those are let in. Told by the probing
 * thread, asked by the tracer.
 */
public final class Probes {
    private final Set<InetSocketAddress> announced = new HashSet<>();
    private final Set<InetSocketAddress> accepted = new HashSet<>();
    private Predicate<InetSocketAddress> others = peer -> false;

    /** A probe is about to connect from that address. */
    public synchronized void announce(InetSocketAddress local) {
        announced.add(local);
    }

    /** What besides announced addresses is a probe: the connections of a probing command, say. */
    public synchronized void also(Predicate<InetSocketAddress> predicate) {
        others = predicate;
    }

    /** Whether the server has accepted that probe within the time. */
    public synchronized boolean awaitAccepted(InetSocketAddress local, Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!accepted.contains(local)) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** By the tracer: whether the server may have the connection from that peer. */
    synchronized boolean admit(InetSocketAddress peer) {
        if (!announced.contains(peer) && !others.test(peer)) {
            return false;
        }
        accepted.add(peer);
        notifyAll();
        return true;
    }
}
