package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SegmentFilterTest {
    @Test
    void keepsDataOutAndLetsAcknowledgementsIn() {
        try (Loopback pair = new Loopback()) {
            pair.sockets.keepDataOut(pair.server);
            Loopback.send(pair.client, "hello");
            Loopback.send(pair.server, "answer");

            // Only the client's acknowledgement, which came after its data, ends that.
            await().until(() -> pair.sockets.tcpInfo(pair.server).unacked() == 0);
            assertThat(pair.sockets.unread(pair.server)).isZero();

            pair.sockets.letDataIn(pair.server);
            await().atMost(Duration.ofSeconds(5)).until(() -> pair.sockets.unread(pair.server) == 5);
            assertThat(Loopback.receive(pair.server, 5)).isEqualTo("hello");
            assertThat(Loopback.receive(pair.client, 6)).isEqualTo("answer");
        }
    }

    @Test
    void aConnectionHasItFromItsListener() {
        try (Loopback pair = new Loopback();
                OwnedFd client = pair.sockets.socket(SocketAddresses.AF_INET, Sockets.SOCK_STREAM)) {
            pair.sockets.keepDataOut(pair.listener);
            pair.sockets.connect(client, pair.address);
            pair.sockets.letDataIn(pair.listener);
            try (OwnedFd server = pair.sockets.accept(pair.listener).orElseThrow()) {
                Loopback.send(client, "x");
                await().until(() -> pair.sockets.tcpInfo(server).segmentsIn() > 1);
                assertThat(pair.sockets.unread(server)).isZero();

                pair.sockets.letDataIn(server);
                await().atMost(Duration.ofSeconds(5)).until(() -> pair.sockets.unread(server) == 1);
            }
        }
    }

    @Test
    void aConnectionHasItsLowWaterMarkFromItsListener() {
        try (Loopback pair = new Loopback();
                OwnedFd client = pair.sockets.socket(SocketAddresses.AF_INET, Sockets.SOCK_STREAM)) {
            pair.sockets.setOption(pair.listener, Sockets.SOL_SOCKET, Sockets.SO_RCVLOWAT, 1000);
            pair.sockets.connect(client, pair.address);
            try (OwnedFd server = pair.sockets.accept(pair.listener).orElseThrow()) {
                assertThat(pair.sockets.option(server, Sockets.SOL_SOCKET, Sockets.SO_RCVLOWAT))
                        .isEqualTo(1000);
            }
        }
    }

    @Test
    void takingItAwayTwiceIsNoError() {
        try (Loopback pair = new Loopback()) {
            pair.sockets.letDataIn(pair.server);
            pair.sockets.keepDataOut(pair.server);
            pair.sockets.letDataIn(pair.server);
            pair.sockets.letDataIn(pair.server);
        }
    }
}
