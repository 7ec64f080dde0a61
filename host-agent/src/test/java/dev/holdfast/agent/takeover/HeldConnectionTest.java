package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class HeldConnectionTest {
    private static final int AF_INET = 2;

    @Test
    void whatWasReadBeforeThePauseDoesNotCountAsReadDespiteIt() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Sockets sockets = new Sockets()) {
            OwnedFd fd = sockets.socket(AF_INET, Sockets.SOCK_STREAM);
            sockets.connect(fd, (InetSocketAddress) listener.getLocalSocketAddress());
            try (HeldConnection connection = Objects.requireNonNull(Holder.adopt(sockets, fd))) {
                assertThat(connection.lookedAt()).as("before the pause").isFalse();

                connection.pause(sockets);
                assertThat(connection.lookedAt()).as("the first look after it").isFalse();
                assertThat(connection.lookedAt()).as("the second one").isTrue();

                connection.resume(sockets);
                connection.pause(sockets);
                assertThat(connection.lookedAt()).as("paused anew").isFalse();
            }
        }
    }
}
