package dev.holdfast.agent.cycle;

import dev.holdfast.agent.process.ProbeListener;
import dev.holdfast.agent.process.SocketOwner;
import dev.holdfast.agent.takeover.Probes;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** Tells the takeover which connections to a new server are the ready check's. */
final class Gatekeeper implements ProbeListener {
    private final Probes probes;
    private final Route route;

    /** Where a probe goes that asks at an address; empty when nobody is there yet. */
    interface Route {
        Optional<InetSocketAddress> of(InetSocketAddress asked);
    }

    Gatekeeper(Probes probes, Route route) {
        this.probes = probes;
        this.route = route;
    }

    @Override
    public InetSocketAddress route(InetSocketAddress remote) throws IOException {
        return route.of(remote).orElseThrow(() -> new ConnectException("the new server does not listen there yet"));
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
