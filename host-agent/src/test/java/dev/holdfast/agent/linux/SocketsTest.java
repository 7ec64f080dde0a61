package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketsTest {
    private static final int SO_KEEPALIVE = 9;
    private static final int TCP_NODELAY = 1;
    private static final int ECONNRESET = 104;

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1, 16", "::1, ::1, 28", "::, 127.0.0.1, 28"})
    void bothEndsKnowEachOther(String listening, String connecting, int rawSize) {
        try (Loopback pair = new Loopback(listening, connecting)) {
            InetSocketAddress peer = Objects.requireNonNull(pair.sockets.peerAddress(pair.server));

            assertThat(peer).isEqualTo(pair.sockets.localAddress(pair.client));
            assertThat(pair.sockets.localAddress(pair.server)).isEqualTo(pair.sockets.peerAddress(pair.client));
            assertThat(peer.getAddress() instanceof Inet4Address)
                    .as("a mapped peer is an IPv4 one")
                    .isEqualTo(connecting.startsWith("127"));
            assertThat(pair.sockets.rawPeerAddress(pair.server)).hasSize(rawSize);
        }
    }

    @Test
    void whatIsNotConnectedHasNoPeer() {
        try (Loopback pair = new Loopback()) {
            assertThat(pair.sockets.peerAddress(pair.listener)).isNull();
            assertThat(pair.sockets.rawPeerAddress(pair.listener)).isEmpty();
            assertThat(pair.sockets.accept(pair.listener)).isEmpty();
        }
    }

    @Test
    void anOptionIsOfTheSocketNotOfTheDescriptor() {
        try (Loopback pair = new Loopback();
                OwnedFd self = Processes.pidfdOpen((int) ProcessHandle.current().pid());
                OwnedFd duplicate = Processes.pidfdGetfd(self, pair.server.number())) {
            pair.sockets.setOption(pair.server, Sockets.SOL_SOCKET, Sockets.SO_RCVLOWAT, 1000);

            assertThat(pair.sockets.option(duplicate, Sockets.SOL_SOCKET, Sockets.SO_RCVLOWAT))
                    .isEqualTo(1000);
        }
    }

    @Test
    void anOptionThatIsNotThereIsNamed() {
        try (Loopback pair = new Loopback();
                OwnedFd directory = Fds.openDirectory("/")) {
            assertThatThrownBy(() -> pair.sockets.option(directory, Sockets.SOL_SOCKET, Sockets.SO_DOMAIN))
                    .isInstanceOf(SyscallException.class)
                    .hasMessage("getsockopt: ENOTSOCK: not a socket");
            assertThatThrownBy(() -> pair.sockets.option(pair.server, Sockets.SOL_SOCKET, 4711))
                    .hasMessage("getsockopt: ENOPROTOOPT: no such option");
        }
    }

    @Test
    void optionsAreCopiedWhereThereAreSuch() {
        try (Loopback pair = new Loopback();
                OwnedFd local = pair.sockets.socket(SocketAddresses.AF_UNIX, Sockets.SOCK_STREAM)) {
            pair.sockets.setOption(pair.client, Sockets.SOL_SOCKET, SO_KEEPALIVE, 1);

            assertThat(pair.sockets.copyOption(pair.client, pair.server, Sockets.SOL_SOCKET, SO_KEEPALIVE))
                    .isTrue();
            assertThat(pair.sockets.option(pair.server, Sockets.SOL_SOCKET, SO_KEEPALIVE))
                    .isEqualTo(1);
            assertThat(pair.sockets.copyOption(local, pair.server, Sockets.IPPROTO_TCP, TCP_NODELAY))
                    .isFalse();
        }
    }

    @Test
    void countsWhatIsUnread() {
        try (Loopback pair = new Loopback()) {
            Loopback.send(pair.client, "hello");
            await().until(() -> pair.sockets.unread(pair.server) == 5);

            assertThat(Loopback.receive(pair.server, 2)).isEqualTo("he");
            assertThat(pair.sockets.unread(pair.server)).isEqualTo(3);
        }
    }

    @Test
    void aResetIsSeenByThePeer() {
        try (Loopback pair = new Loopback()) {
            pair.sockets.disconnect(pair.server);

            assertThatThrownBy(() -> Loopback.receive(pair.client, 1))
                    .isInstanceOfSatisfying(
                            SyscallException.class,
                            failed -> assertThat(failed.errno()).isEqualTo(ECONNRESET));
        }
    }

    @Test
    void anEndIsSeenByThePeerWhileTheSocketIsStillOpen() {
        try (Loopback pair = new Loopback()) {
            pair.sockets.shutdown(pair.server);
            pair.sockets.shutdown(pair.server);

            assertThat(Loopback.receive(pair.client, 1)).isEmpty();
        }
    }

    @Test
    void aListenerThatWasShutDownListensAgain() throws IOException {
        InetSocketAddress address;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = (InetSocketAddress) free.getLocalSocketAddress();
        }
        try (Sockets sockets = new Sockets();
                OwnedFd listener = Loopback.listening(sockets, address);
                OwnedFd client = sockets.socket(SocketAddresses.AF_INET, Sockets.SOCK_STREAM)) {
            sockets.shutdown(listener);
            assertThat(sockets.option(listener, Sockets.SOL_SOCKET, Sockets.SO_ACCEPTCONN))
                    .isZero();

            sockets.listen(listener, 16);

            sockets.connect(client, address);
            assertThat(sockets.accept(listener)).isPresent();
        }
    }

    @Test
    void aRefusedConnectionIsNamed() {
        try (Loopback pair = new Loopback();
                OwnedFd other = pair.sockets.socket(SocketAddresses.AF_INET, Sockets.SOCK_STREAM)) {
            pair.listener.close();

            assertThatThrownBy(() -> pair.sockets.connect(other, pair.address))
                    .hasMessage("connect: ECONNREFUSED: connection refused");
        }
    }
}
