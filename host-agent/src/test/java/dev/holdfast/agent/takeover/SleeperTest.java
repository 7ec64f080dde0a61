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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Of a connection that sleeps nothing is asked but whether it still does: whatever has happened to it ends its sleep. */
class SleeperTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long TICK_MILLIS = 10;
    /** One for each end, one that sleeps on, and one that is owed an answer. */
    private static final int PAIRS = End.values().length + 2;

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
    private final List<Pair> pairs = new ArrayList<>();

    private record Pair(Socket client, Socket server) {}

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
        try (ServerSocket listener = new ServerSocket(0, PAIRS, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < PAIRS; i++) {
                Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
                pairs.add(new Pair(client, listener.accept()));
            }
            new Holder(held, List.of(new PortSpec(null, listener.getLocalPort())))
                    .refresh(List.of((int) ProcessHandle.current().pid()));
        }
        for (Pair pair : pairs) {
            ask(pair);
        }
        // In another tick of the kernel's clock, so that the order is seen.
        await().atMost(SOON)
                .until(() -> sockets.tcpInfo(held(pairs.getLast()).fd()).lastDataReceived() > TICK_MILLIS);
        for (Pair pair : pairs) {
            pair.server().getOutputStream().write(ANSWER);
            assertThat(pair.client().getInputStream().readNBytes(ANSWER.length)).isEqualTo(ANSWER);
        }
    }

    private static void ask(Pair pair) throws IOException {
        pair.client().getOutputStream().write(REQUEST);
        assertThat(pair.server().getInputStream().readNBytes(REQUEST.length)).isEqualTo(REQUEST);
    }

    private HeldConnection held(Pair pair) {
        return held.connections().stream()
                .filter(each -> each.peer().equals(pair.client().getLocalSocketAddress()))
                .findFirst()
                .orElseThrow();
    }

    @AfterEach
    void end() throws IOException {
        judge.close();
        held.close();
        sockets.close();
        for (Pair pair : pairs) {
            pair.client().close();
            pair.server().close();
        }
    }

    @Test
    void isWokenByWhateverHappensAndByNothingElse() throws IOException {
        Pair owed = pairs.getLast();
        ask(owed);
        await().atMost(SOON)
                .until(() ->
                        pairs.stream().allMatch(pair -> held.debt(held(pair)).isLongStill()));
        judge.begin(held.connections());
        assumeTrue(judge.isOnTheWire(), "a packet socket needs CAP_NET_RAW");
        assertThat(judge.sleeper(held(owed))).as("an answer is owed").isEmpty();
        Map<End, Sleeper> woken = new EnumMap<>(End.class);
        for (End end : End.values()) {
            Pair pair = pairs.get(woken.size());
            woken.put(end, judge.sleeper(held(pair)).orElseThrow());
            end.of(pair.client(), pair.server());
        }
        Sleeper undisturbed = judge.sleeper(held(pairs.get(woken.size()))).orElseThrow();

        woken.forEach((end, sleeper) -> await(end.name()).atMost(SOON).untilAsserted(() -> {
            judge.catchUp();
            assertThat(judge.isStill(sleeper, sockets)).isFalse();
        }));
        assertThat(judge.isStill(undisturbed, sockets)).isTrue();
    }
}
