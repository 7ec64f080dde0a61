package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class TcpInfoTest {
    @Test
    void countsBothDirections() {
        try (Loopback pair = new Loopback()) {
            Loopback.send(pair.client, "hello");
            await().until(() -> pair.sockets.tcpInfo(pair.server).bytesReceived() == 5);
            Loopback.send(pair.server, "goodbye");
            await().until(() -> pair.sockets.tcpInfo(pair.server).unacked() == 0);

            TcpInfo info = pair.sockets.tcpInfo(pair.server);
            assertThat(info.established()).isTrue();
            assertThat(info.bytesSent()).isEqualTo(7);
            assertThat(info.notSent()).isZero();
            assertThat(info.lastDataReceived()).isLessThan(10_000).isGreaterThanOrEqualTo(info.lastDataSent());
        }
    }

    @Test
    void tellsWhatAClientDoesNotTake() {
        try (Loopback pair = new Loopback()) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1000; i++) {
                            Loopback.send(pair.server, "x".repeat(100_000));
                        }
                    })
                    .hasMessage("send: EAGAIN: try again");

            await().until(() -> pair.sockets.tcpInfo(pair.server).notSent() > 0);
        }
    }

    @Test
    void tellsThatTheClientHasClosed() {
        try (Loopback pair = new Loopback()) {
            pair.client.close();

            await().until(() -> pair.sockets.tcpInfo(pair.server).state() == TcpInfo.CLOSE_WAIT);
        }
    }

    @Test
    void agesAreUnsigned() {
        byte[] raw = new byte[TcpInfo.SIZE];
        MemorySegment info = MemorySegment.ofArray(raw);
        info.set(ValueLayout.JAVA_INT_UNALIGNED, TcpInfo.LAST_DATA_SENT, (int) 3_000_000_000L);

        assertThat(TcpInfo.read(info).lastDataSent())
                .as("35 days ago, which is not after just now")
                .isEqualTo(3_000_000_000L);
    }
}
