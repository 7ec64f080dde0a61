package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.Ports;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Spawn;
import dev.holdfast.agent.linux.Wait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceptLoopTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    /** An agent that is killed leaves none. */
    @Test
    void acceptsAndEndsWithWhoeverStartedIt(@TempDir Path directory) throws Exception {
        int port = Ports.free();
        Path program = AcceptLoop.write(directory, port);
        AtomicInteger pid = new AtomicInteger();
        CountDownLatch seen = new CountDownLatch(1);
        Thread starter = Thread.ofPlatform().start(() -> {
            pid.set(Spawn.spawn(List.of(program.toString()), List.of(), "/", "/dev/null", "/dev/null", List.of()));
            awaitUninterruptibly(seen);
        });
        await().atMost(SOON).until(() -> isConnected(port));
        try (OwnedFd pidfd = Processes.pidfdOpen(pid.get())) {
            assertThat(Processes.awaitExit(pidfd, Duration.ZERO)).isFalse();

            seen.countDown();
            starter.join();

            assertThat(Processes.awaitExit(pidfd, SOON)).isTrue();
        } finally {
            Processes.kill(pid.get(), 9);
            Wait.waitpid(pid.get(), Wait.WALL);
        }
    }

    private static boolean isConnected(int port) {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return client.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
