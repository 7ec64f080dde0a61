package dev.holdfast.manager.contract;

import dev.holdfast.common.address.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One TCP connection's way to a manager, which can go dead: nothing arrives any more and nothing is closed. */
final class Relay implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<Socket> ends = new CopyOnWriteArrayList<>();
    private volatile boolean dead;

    Relay(HostPort manager) throws IOException {
        Thread.ofVirtual().start(() -> accept(manager));
    }

    HostPort address() {
        return new HostPort("127.0.0.1", listener.getLocalPort());
    }

    void die() {
        dead = true;
    }

    private void accept(HostPort manager) {
        try {
            Socket near = listener.accept();
            Socket far = new Socket(manager.host(), manager.port());
            ends.addAll(List.of(near, far));
            Thread.ofVirtual().start(() -> copy(near, far));
            Thread.ofVirtual().start(() -> copy(far, near));
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void copy(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try (InputStream in = from.getInputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (!dead) {
                    to.getOutputStream().write(buffer, 0, n);
                }
            }
        } catch (IOException e) {
            // One of the two has gone.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket end : ends) {
            end.close();
        }
    }
}
