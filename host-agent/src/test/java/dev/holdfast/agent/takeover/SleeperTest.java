package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.common.manifest.PortSpec;
import dev.holdfast.common.manifest.Takeover;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Of a connection that sleeps nothing is asked but whether it still does: whatever has happened to it ends its sleep. */
class SleeperTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long TICK_MILLIS = 10;
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final HeldSockets held = new HeldSockets();
    private final Sockets sockets = new Sockets();
    private final Judge judge = new Judge(
            held,
            new Takeover(
                    Takeover.Protocol.HTTP1,
                    Takeover.DEFAULT.quiet(),
                    Takeover.DEFAULT.deadline(),
                    Takeover.DEFAULT.onDeadline(),
                    Takeover.DEFAULT.linger(),
                    Takeover.DEFAULT.start(),
                    Takeover.DEFAULT.prove()));
    private Socket client;
    private Socket server;
    private HeldConnection connection;

    /** What ends a sleep. */
    enum End {
        ASKED,
        READ,
        WROTE,
        CLIENT_LEFT,
        SERVER_SAID_ITS_LAST,
        RESET;

        void of(Socket client, Socket server) throws IOException {
            switch (this) {
                case ASKED -> client.getOutputStream().write(REQUEST);
                case READ -> {
                    client.getOutputStream().write(REQUEST);
                    assertThat(server.getInputStream().readNBytes(REQUEST.length))
                            .isEqualTo(REQUEST);
                }
                case WROTE -> server.getOutputStream().write(ANSWER);
                case CLIENT_LEFT -> client.shutdownOutput();
                case SERVER_SAID_ITS_LAST -> server.shutdownOutput();
                case RESET -> {
                    client.setSoLinger(true, 0);
                    client.close();
                }
            }
        }
    }

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            client = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
            server = listener.accept();
            new Holder(held, List.of(new PortSpec(null, listener.getLocalPort())))
                    .refresh(List.of((int) ProcessHandle.current().pid()));
        }
        connection = held.connections().stream()
                .filter(each -> each.peer().equals(client.getLocalSocketAddress()))
                .findFirst()
                .orElseThrow();
        client.getOutputStream().write(REQUEST);
        assertThat(server.getInputStream().readNBytes(REQUEST.length)).isEqualTo(REQUEST);
        // In another tick of the kernel's clock, so that the order is seen.
        await().atMost(SOON).until(() -> sockets.tcpInfo(connection.fd()).lastDataReceived() > TICK_MILLIS);
        server.getOutputStream().write(ANSWER);
        assertThat(client.getInputStream().readNBytes(ANSWER.length)).isEqualTo(ANSWER);
    }

    @AfterEach
    void end() throws SocketException, IOException {
        judge.close();
        held.close();
        sockets.close();
        client.close();
        server.close();
    }

    private Sleeper asleep() {
        await().atMost(SOON).until(() -> held.debt(connection).isLongStill());
        judge.begin(held.connections());
        assumeTrue(judge.isOnTheWire(), "a packet socket needs CAP_NET_RAW");
        return judge.sleeper(connection).orElseThrow();
    }

    @Test
    void sleepsOnWhileNothingHappens() {
        Sleeper sleeper = asleep();

        judge.catchUp();
        assertThat(judge.isStill(sleeper, sockets)).isTrue();
        assertThat(connection.waiting()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void isWokenByWhateverHappens(End end) throws IOException {
        Sleeper sleeper = asleep();

        end.of(client, server);

        await().atMost(SOON).untilAsserted(() -> {
            judge.catchUp();
            assertThat(judge.isStill(sleeper, sockets)).isFalse();
        });
    }

    @Test
    void isNoneThatIsOwedAnAnswer() throws IOException {
        client.getOutputStream().write(REQUEST);
        assertThat(server.getInputStream().readNBytes(REQUEST.length)).isEqualTo(REQUEST);
        await().atMost(SOON).until(() -> held.debt(connection).isLongStill());
        judge.begin(held.connections());

        assertThat(Stream.of(connection).flatMap(each -> judge.sleeper(each).stream()))
                .isEmpty();
    }
}
