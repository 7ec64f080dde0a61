package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
            OptionalInt asked = TcpRepair.bytesSinceLastSegment(pair.sockets, pair.server);
            assumeTrue(asked.isPresent(), "TCP_REPAIR needs CAP_NET_ADMIN");

            assertThat(asked).hasValue(5);

            assertThat(Loopback.receive(pair.server, 5)).isEqualTo("hello");
            Loopback.send(pair.server, "answer");
            await().until(() -> pair.sockets.tcpInfo(pair.server).unacked() == 0);
            assertThat(TcpRepair.bytesSinceLastSegment(pair.sockets, pair.server))
                    .hasValue(0);

            assertThat(Loopback.receive(pair.client, 6)).isEqualTo("answer");
            assertThat(pair.sockets.option(pair.server, Sockets.SOL_SOCKET, SO_REUSEADDR))
                    .isEqualTo(1);
        }
    }

    @Test
    void aListenerHasNone() {
        try (Loopback pair = new Loopback()) {
            assertThat(TcpRepair.bytesSinceLastSegment(pair.sockets, pair.listener))
                    .isEmpty();
        }
    }
}
