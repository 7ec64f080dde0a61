package dev.holdfast.manager.contract;

import dev.holdfast.common.address.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** The way of TCP connections to a server, which can go dead: nothing arrives any more and nothing is closed. */
final class Relay implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> ends = new CopyOnWriteArrayList<>();
    private volatile boolean dead;
    private volatile boolean deaf;

    Relay(HostPort server) throws IOException {
        Thread.ofVirtual().start(() -> accept(server));
    }

    HostPort address() {
        return new HostPort("127.0.0.1", listener.getLocalPort());
    }

    void die() {
        dead = true;
    }

    /** From now on nothing arrives from the manager any more. */
    void deafen() {
        deaf = true;
    }

    /** New connections get through again; those that there were are closed. */
    void heal() throws IOException {
        for (Socket end : ends) {
            end.close();
        }
        dead = false;
    }

    private void accept(HostPort server) {
        while (!listener.isClosed()) {
            try {
                Socket near = listener.accept();
                Socket far = new Socket(server.host(), server.port());
                ends.addAll(List.of(near, far));
                Thread.ofVirtual().start(() -> copy(near, far, () -> dead));
                Thread.ofVirtual().start(() -> copy(far, near, () -> dead || deaf));
            } catch (IOException e) {
                // The test is over.
            }
        }
    }

    private static void copy(Socket from, Socket to, BooleanSupplier swallowed) {
        byte[] buffer = new byte[8192];
        try (InputStream in = from.getInputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (!swallowed.getAsBoolean()) {
                    to.getOutputStream().write(buffer, 0, n);
                }
            }
        } catch (IOException e) {
            // One of the two has gone.
        }
    }

    void cut() throws IOException {
        listener.close();
        for (Socket end : ends) {
            end.close();
        }
    }

    @Override
    public void close() throws IOException {
        cut();
    }
}
