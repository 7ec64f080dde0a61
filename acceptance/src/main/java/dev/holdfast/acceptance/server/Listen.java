package dev.holdfast.acceptance.server;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where a server listens.
 *
 * @param host an address, not a name; an IPv6 one without brackets
 */
public record Listen(String host, int port) {
    /** Below the ports that the kernel gives to clients, so that none of ours takes one before its server does. */
    private static final int FIRST_PORT = 20_000;

    private static final int LAST_PORT = 32_000;

    /** A port of the loopback interface that nobody listens on. */
    public static Listen freeIpv4() throws IOException {
        return free("127.0.0.1");
    }

    /** A port of the IPv6 loopback interface that nobody listens on. */
    public static Listen freeIpv6() throws IOException {
        return free("::1");
    }

    private static Listen free(String host) throws IOException {
        InetAddress address = InetAddress.ofLiteral(host);
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            try (var probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(address, port));
                return new Listen(host, port);
            } catch (BindException _) {
                // Somebody's: try another.
            }
        }
    }

    public InetSocketAddress socketAddress() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    /** As manifests, URLs and nginx want it: {@code 127.0.0.1:8080}, {@code [::1]:8080}. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
