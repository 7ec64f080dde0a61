package dev.holdfast.agent.cycle;

import dev.holdfast.agent.process.ProbeListener;
import dev.holdfast.agent.process.SocketOwner;
import dev.holdfast.agent.takeover.Probes;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Tells the takeover which connections to a new server are the ready check's. */
final class Gatekeeper implements ProbeListener {
    private final Probes probes;

    Gatekeeper(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void connecting(InetSocketAddress local, InetSocketAddress remote) {
        probes.announce(local);
    }

    @Override
    public boolean awaitAccepted(InetSocketAddress local, Duration within) throws InterruptedException {
        return probes.awaitAccepted(local, within);
    }

    @Override
    public void command(int pid) {
        probes.also(peer -> SocketOwner.owns(pid, peer));
    }
}
