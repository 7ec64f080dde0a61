package dev.holdfast.agent.process;

import dev.holdfast.agent.linux.SockDiag;
import dev.holdfast.common.manifest.PortSpec;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Ready when the server has accepted a connection. */
final class TcpProbe implements Probe {
    private final PortSpec port;
    private final ProbeListener listener;

    TcpProbe(PortSpec port, ProbeListener listener) {
        this.port = port;
        this.listener = listener;
    }

    @Override
    public Optional<String> attempt(Duration within) throws InterruptedException {
        Optional<InetAddress> address = Optional.ofNullable(port.address()).or(this::listening);
        if (address.isEmpty()) {
            return Optional.of("nothing listens on port " + port.port());
        }
        InetSocketAddress remote = new InetSocketAddress(address.get(), port.port());
        try (Socket socket = ProbeSocket.connect(remote, within, listener)) {
            boolean accepted = listener.awaitAccepted((InetSocketAddress) socket.getLocalSocketAddress(), within);
            return accepted ? Optional.empty() : Optional.of("it accepted no connection on port " + port);
        } catch (IOException e) {
            return Optional.of("port " + port + " cannot be connected to: " + e.getMessage());
        }
    }

    /** Where to reach whoever listens on the port, an address that was asked for being no wildcard. */
    private Optional<InetAddress> listening() {
        return SockDiag.listening(List.of(port.port())).stream()
                .map(socket -> socket.local().getAddress())
                .map(TcpProbe::reachable)
                .findFirst();
    }

    private static InetAddress reachable(InetAddress address) {
        if (!address.isAnyLocalAddress()) {
            return address;
        }
        return address instanceof Inet6Address ? InetAddress.ofLiteral("::1") : InetAddress.ofLiteral("127.0.0.1");
    }
}
