package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketSocketTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void seesEachSegmentOnceAndOnlyThoseOfThePorts(String address) {
        try (Loopback pair = new Loopback(address, address);
                Loopback other = new Loopback(address, address)) {
            Optional<PacketSocket> opened = PacketSocket.open(pair.sockets, List.of(pair.address.getPort(), 1));
            Assumptions.assumeTrue(opened.isPresent(), "packet sockets need CAP_NET_RAW");
            try (PacketSocket packets = opened.get()) {
                Loopback.send(other.client, "NOT FOR US");
                Loopback.send(pair.client, "REQUEST");
                Loopback.send(pair.server, "ANSWER");

                StringBuilder seen = new StringBuilder();
                await().until(() -> {
                    packets.next().ifPresent(packet -> seen.append(letters(packet)));
                    return seen.indexOf("ANSWER") >= 0;
                });
                assertThat(seen).hasToString("REQUESTANSWER");
                assertThat(packets.next().map(PacketSocketTest::letters).filter(text -> !text.isEmpty()))
                        .isEmpty();
            }
        }
    }

    private static String letters(ByteBuffer packet) {
        return StandardCharsets.ISO_8859_1
                .decode(packet.slice(40, packet.remaining() - 40))
                .toString()
                .replaceAll("(?s).*?(REQUEST|ANSWER|NOT FOR US)|.+", "$1");
    }
}
