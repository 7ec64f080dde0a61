package dev.holdfast.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers that a test starts. */
public final class Ports {
    /** Below the ports that the kernel gives to clients, so that none of ours takes one before its server does. */
    private static final int FIRST = 20_000;

    private static final int LAST = 32_000;

    private Ports() {}

    /** One that nobody has on any address. */
    public static int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            try (ServerSocket probe = new ServerSocket(port)) {
                return probe.getLocalPort();
            } catch (BindException _) {
                // Somebody's: try another.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
