package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SockDiagTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void findsListenerAndBothEnds(String address) throws IOException {
        InetAddress loopback = InetAddress.ofLiteral(address);
        try (ServerSocket server = new ServerSocket(0, 10, loopback);
                Socket client = new Socket(loopback, server.getLocalPort());
                Socket accepted = server.accept()) {
            int port = server.getLocalPort();
            InetSocketAddress serverEnd = new InetSocketAddress(loopback, port);
            InetSocketAddress clientEnd = new InetSocketAddress(loopback, client.getLocalPort());

            assertThat(SockDiag.listening(List.of(port))).singleElement().satisfies(socket -> {
                assertThat(socket.local()).isEqualTo(serverEnd);
                assertThat(socket.state()).isEqualTo(SockDiag.LISTEN);
                assertThat(ownInodes()).contains(socket.inode());
            });
            assertThat(SockDiag.connections(List.of(port))).singleElement().satisfies(socket -> {
                assertThat(socket.local()).isEqualTo(serverEnd);
                assertThat(socket.remote()).isEqualTo(clientEnd);
                assertThat(socket.uid()).isEqualTo(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
            });
            assertThat(SockDiag.bothEnds(List.of(port)))
                    .extracting(TcpSocket::local)
                    .containsExactlyInAnyOrder(serverEnd, clientEnd);
            assertThat(accepted.isConnected()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void findsOneByItsEnds(String address) throws IOException {
        InetAddress loopback = InetAddress.ofLiteral(address);
        try (ServerSocket server = new ServerSocket(0, 10, loopback);
                Socket client = new Socket(loopback, server.getLocalPort())) {
            InetSocketAddress local = new InetSocketAddress(loopback, server.getLocalPort());
            InetSocketAddress peer = new InetSocketAddress(loopback, client.getLocalPort());

            assertThat(SockDiag.connection(local, peer)).get().matches(found -> !found.isAccepted());
            try (Socket accepted = server.accept()) {
                assertThat(accepted.isConnected()).isTrue();
                assertThat(SockDiag.connection(local, peer)).get().satisfies(found -> {
                    assertThat(found.local()).isEqualTo(local);
                    assertThat(ownInodes()).contains(found.inode());
                });
            }
            assertThat(SockDiag.connection(local, new InetSocketAddress(loopback, 1)))
                    .as("the listener is not taken for it")
                    .isEmpty();
        }
    }

    @Test
    void findsOneWithAMappedPeerByItsIpv4Ends() throws IOException {
        try (ServerSocket server = new ServerSocket(0);
                Socket client = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            assertThat(SockDiag.connection((InetSocketAddress) client.getRemoteSocketAddress(), (InetSocketAddress)
                            client.getLocalSocketAddress()))
                    .get()
                    .matches(found -> found.isAccepted() == accepted.isConnected());
        }
    }

    @Test
    void aMappedPeerIsAnIpv4Address() throws IOException {
        try (ServerSocket server = new ServerSocket(0);
                Socket client = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
            assertThat(SockDiag.connections(List.of(server.getLocalPort())))
                    .singleElement()
                    .extracting(TcpSocket::remote)
                    .isEqualTo(client.getLocalSocketAddress());
        }
    }

    @Test
    void aConnectionThatNobodyAcceptedHasNoInode() throws IOException {
        try (ServerSocket server = new ServerSocket(0);
                Socket client = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
            assertThat(client.isConnected()).isTrue();
            assertThat(SockDiag.connections(List.of(server.getLocalPort())))
                    .extracting(TcpSocket::inode)
                    .containsExactly(0L);
        }
    }

    @Test
    void otherPortsAreLeftOut() throws IOException {
        List<ServerSocket> servers = new ArrayList<>();
        try {
            List<Integer> asked = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                ServerSocket server = new ServerSocket(0);
                servers.add(server);
                if (i % 2 == 0) {
                    asked.add(server.getLocalPort());
                }
            }
            assertThat(SockDiag.listening(asked))
                    .extracting(socket -> socket.local().getPort())
                    .containsExactlyInAnyOrderElementsOf(asked);
            assertThat(SockDiag.listening(List.of())).isEmpty();
        } finally {
            for (ServerSocket server : servers) {
                server.close();
            }
        }
    }

    @Test
    void morePortsThanAFilterTakesAreAskedForInParts() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket server = new ServerSocket(0, 10, loopback);
                Socket client = new Socket(loopback, server.getLocalPort())) {
            List<Integer> all = IntStream.rangeClosed(1, 65535).boxed().toList();

            assertThat(SockDiag.listening(all))
                    .extracting(socket -> socket.local().getPort())
                    .contains(server.getLocalPort());
            assertThat(SockDiag.bothEnds(List.of(server.getLocalPort(), client.getLocalPort())))
                    .hasSize(2);
            assertThat(SockDiag.bothEnds(all).stream()
                            .filter(socket -> socket.local().getPort() == client.getLocalPort()))
                    .as("found by both of its ports, told once")
                    .hasSize(1);
        }
    }

    @Test
    void manyConnectionsTakeSeveralMessages() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 1000)) {
            for (int i = 0; i < 800; i++) {
                sockets.add(new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort()));
                sockets.add(server.accept());
            }
            assertThat(SockDiag.connections(List.of(server.getLocalPort()))).hasSize(800);
            assertThat(SockDiag.bothEnds(List.of(server.getLocalPort())))
                    .hasSize(1600)
                    .extracting(TcpSocket::cookie)
                    .doesNotHaveDuplicates();
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static List<Long> ownInodes() throws IOException {
        List<Long> inodes = new ArrayList<>();
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"));
                Fds.LinkReader links = new Fds.LinkReader("/proc/self/fd")) {
            fds.map(fd -> links.read(fd.getFileName().toString()))
                    .filter(target -> target.startsWith("socket:["))
                    .forEach(target -> inodes.add(Long.parseLong(target.substring(8, target.length() - 1))));
        }
        return inodes;
    }
}
