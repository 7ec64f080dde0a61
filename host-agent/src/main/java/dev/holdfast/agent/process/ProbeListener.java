package dev.holdfast.agent.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Told of the connections and processes of a ready check, so that whoever decides what a new server accepts can let
 * them through.
 */
public interface ProbeListener {
    /** For a server whose connections nobody gates. */
    ProbeListener NONE = new ProbeListener() {};

    /**
     * Where a probe of that address connects to instead.
     *
     * @throws IOException when there is nothing to connect to yet
     */
    default InetSocketAddress route(InetSocketAddress remote) throws IOException {
        return remote;
    }

    /** A probe is about to connect from that local address. Its port is chosen; the address may be a wildcard. */
    default void connecting(InetSocketAddress local, InetSocketAddress remote) {}

    /** Whether the server took the connection from that address within the time. Interruptible. */
    default boolean awaitAccepted(InetSocketAddress local, Duration within) throws InterruptedException {
        return true;
    }

    /** A probe command is about to run as that process, which may connect itself. */
    default void command(int pid) {}
}
