package dev.holdfast.agent.preflight;

import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.TcpSocket;
import dev.holdfast.agent.takeover.Holder;
import dev.holdfast.common.manifest.Manifest;
import dev.holdfast.common.manifest.PortSpec;
import java.util.ArrayList;
import java.util.List;

/** Whether the server listens where its manifest says, and the new image's manifest says the same. */
final class ListenerCheck implements Check {
    @Override
    public String name() {
        return "listener";
    }

    @Override
    public List<Finding> look(Subject subject) {
        List<PortSpec> ports = subject.running().ports();
        List<TcpSocket> listeners = subject.sockets().listeners();
        if (listeners.isEmpty()) {
            return List.of(Finding.refused(
                    name(),
                    "process " + subject.process().pid() + " listens on none of the manifest's ports " + ports
                            + ": correct the manifest of the running image"));
        }
        List<Finding> findings = new ArrayList<>();
        for (PortSpec port : ports) {
            if (listeners.stream().noneMatch(listener -> Holder.managed(List.of(port), listener.local()))) {
                findings.add(Finding.warning(
                        name(),
                        "nobody listens on port " + port + " of the running image's manifest: it is left alone"));
            }
        }
        subject.next().ifPresent(next -> findings.addAll(leftOut(next, listeners)));
        if (findings.isEmpty()) {
            findings.add(Finding.passed(name(), "the server listens on " + ports));
        }
        return findings;
    }

    private List<Finding> leftOut(Manifest next, List<TcpSocket> listeners) {
        return listeners.stream()
                .map(TcpSocket::local)
                .distinct()
                .filter(local -> !Holder.managed(next.ports(), local))
                .map(local -> Finding.refused(
                        name(),
                        "the server listens on " + SocketAddresses.text(local) + ", and the new image's manifest names "
                                + next.ports() + ": its clients would have nobody; name the port there too"))
                .toList();
    }
}
