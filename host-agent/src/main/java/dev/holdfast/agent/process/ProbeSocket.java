package dev.holdfast.agent.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.time.Duration;

/** Connections of ready checks: their local port is known before they are made. */
final class ProbeSocket {
    private ProbeSocket() {}

    static Socket connect(InetSocketAddress asked, Duration within, ProbeListener listener) throws IOException {
        InetSocketAddress remote = listener.route(asked);
        Socket socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(source(remote.getAddress()), 0));
            listener.connecting((InetSocketAddress) socket.getLocalSocketAddress(), remote);
            socket.connect(remote, Math.toIntExact(Math.max(1, within.toMillis())));
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** The address that the kernel would choose: this host reaches its own addresses from themselves. */
    private static InetAddress source(InetAddress remote) throws IOException {
        boolean own = remote.isLoopbackAddress() || NetworkInterface.getByInetAddress(remote) != null;
        return own ? remote : new InetSocketAddress(0).getAddress();
    }
}
