package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TcpRepairTest {
    private static final int SO_REUSEADDR = 2;

    @Test
    void tellsWhetherTheClientHasAcknowledgedTheAnswer() {
        try (Loopback pair = new Loopback()) {
            pair.sockets.setOption(pair.server, Sockets.SOL_SOCKET, SO_REUSEADDR, 1);
            Loopback.send(pair.client, "hello");
            await().until(() -> pair.sockets.unread(pair.server) == 5);
            OptionalInt asked = TcpRepair.bytesSinceLastSegment(pair.sockets, pair.server, false);
            assumeTrue(asked.isPresent(), "TCP_REPAIR needs CAP_NET_ADMIN");

            assertThat(asked).hasValue(5);

            assertThat(Loopback.receive(pair.server, 5)).isEqualTo("hello");
            Loopback.send(pair.server, "answer");
            await().until(() -> pair.sockets.tcpInfo(pair.server).unacked() == 0);
            assertThat(TcpRepair.bytesSinceLastSegment(pair.sockets, pair.server, false))
                    .hasValue(0);

            assertThat(Loopback.receive(pair.client, 6)).isEqualTo("answer");
            assertThat(pair.sockets.option(pair.server, Sockets.SOL_SOCKET, SO_REUSEADDR))
                    .isEqualTo(1);
        }
    }

    @Test
    void showsWhatTheClientDoesNotTake() {
        try (Loopback pair = new Loopback()) {
            String piece = "0123456789".repeat(1_000);
            // The client's buffer takes some; the rest is sent when it has read.
            for (int i = 0; i < 100; i++) {
                Loopback.send(pair.server, piece);
            }
            await().until(() -> pair.sockets.tcpInfo(pair.server).unacked() == 0
                    && pair.sockets.tcpInfo(pair.server).notSent() > 0);
            Optional<TcpRepair.Unacknowledged> rest =
                    TcpRepair.unacknowledged(pair.sockets, pair.server, 100 * piece.length());
            assumeTrue(rest.isPresent(), "TCP_REPAIR needs CAP_NET_ADMIN");

            int size = rest.get().bytes().remaining();
            assertThat(size).isGreaterThan(100_000);
            byte[] end = new byte[10];
            rest.get().bytes().get(size - 10, end);
            assertThat(new String(end, StandardCharsets.US_ASCII)).isEqualTo("0123456789");
            assertThat(TcpRepair.unacknowledged(pair.sockets, pair.server, size - 1))
                    .isEmpty();
        }
    }

    @Test
    void aListenerHasNone() {
        try (Loopback pair = new Loopback()) {
            assertThat(TcpRepair.bytesSinceLastSegment(pair.sockets, pair.listener, false))
                    .isEmpty();
        }
    }
}
