package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

class PeekTest {
    @Test
    void showsTheFirstBytesAndLeavesThem() {
        try (Loopback loopback = new Loopback()) {
            assertThat(Peek.unread(loopback.server, 5)).isEmpty();

            Loopback.send(loopback.client, "hello world");
            await().until(() -> loopback.sockets.unread(loopback.server) == 11);

            assertThat(Peek.unread(loopback.server, 5)).asString().isEqualTo("hello");
            assertThat(Loopback.receive(loopback.server, 100)).isEqualTo("hello world");
        }
    }

    @Test
    void plainTcpHasNoUpperProtocol() {
        try (Loopback loopback = new Loopback()) {
            assertThat(Peek.upperProtocol(loopback.server)).isEmpty();
            assertThat(Peek.upperProtocol(loopback.listener)).isEmpty();
        }
    }
}
