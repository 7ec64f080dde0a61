package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeldConnectionTest {
    private static final int AF_INET = 2;

    private final Sockets sockets = new Sockets();
    private ServerSocket listener;
    private HeldConnection connection;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        OwnedFd fd = sockets.socket(AF_INET, Sockets.SOCK_STREAM);
        sockets.connect(fd, (InetSocketAddress) listener.getLocalSocketAddress());
        connection = Objects.requireNonNull(Holder.adopt(sockets, fd));
    }

    @AfterEach
    void end() throws IOException {
        connection.close();
        listener.close();
        sockets.close();
    }

    @Test
    void whatWasReadBeforeThePauseDoesNotCountAsReadDespiteIt() {
        assertThat(connection.lookedAt()).as("before the pause").isFalse();

        connection.pause(sockets);
        assertThat(connection.lookedAt()).as("the first look after it").isFalse();
        assertThat(connection.lookedAt()).as("the second one").isTrue();

        connection.resume(sockets);
        connection.pause(sockets);
        assertThat(connection.lookedAt()).as("paused anew").isFalse();
    }

    @Test
    void whatAServerThatDiedHadChangedIsSetAgainForTheNextOne() {
        connection.setNonBlocking(false);
        Fds.setStatusFlags(connection.fd(), Fds.statusFlags(connection.fd()) | Fds.O_NONBLOCK);

        connection.pause(sockets);
        connection.setNonBlocking(false);

        assertThat(connection.readersWait()).isTrue();
    }

    @Test
    void oneThatIsReadyIsPausedUntilItIsGivenOn() {
        connection.setNonBlocking(true);
        connection.pause(sockets);
        assertThat(lowWaterMark()).isGreaterThan(1);

        connection.makeReady(sockets);

        assertThat(lowWaterMark()).isEqualTo(1);
        assertThat(connection.isPaused()).isTrue();
        connection.resume(sockets);
        assertThat(connection.isPaused()).isFalse();
    }

    private int lowWaterMark() {
        return sockets.option(connection.fd(), Sockets.SOL_SOCKET, Sockets.SO_RCVLOWAT);
    }
}
