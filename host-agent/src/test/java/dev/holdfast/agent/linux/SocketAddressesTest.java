package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketAddressesTest {
    private final byte[] bytes = new byte[SocketAddresses.SOCKADDR_STORAGE_SIZE];
    private final MemorySegment memory = MemorySegment.ofArray(bytes);

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 16, 127.0.0.1:65535", "::1, 28, [::1]:65535"})
    void comesBackAsItWent(String address, int size, String text) {
        InetSocketAddress socket = new InetSocketAddress(InetAddress.ofLiteral(address), 65535);

        assertThat(SocketAddresses.encode(socket, memory)).isEqualTo(size);
        assertThat(SocketAddresses.decode(memory)).isEqualTo(socket);
        assertThat(SocketAddresses.text(socket)).isEqualTo(text);
    }

    @Test
    void aLinkLocalAddressKeepsItsScope() throws UnknownHostException {
        byte[] address = HexFormat.of().parseHex("fe800000000000000000000000000001");
        SocketAddresses.encode(new InetSocketAddress(Inet6Address.getByAddress(null, address, 7), 80), memory);

        InetSocketAddress decoded = Objects.requireNonNull(SocketAddresses.decode(memory));
        assertThat(((Inet6Address) decoded.getAddress()).getScopeId()).isEqualTo(7);
    }

    @Test
    void whatWasThereBeforeIsOverwritten() {
        memory.fill((byte) -1);
        SocketAddresses.encode(new InetSocketAddress(InetAddress.ofLiteral("1.2.3.4"), 80), memory);

        assertThat(HexFormat.of().formatHex(bytes, 0, 16)).isEqualTo("0200" + "0050" + "01020304" + "00".repeat(8));
    }

    @Test
    void anotherFamilyIsNone() {
        bytes[0] = SocketAddresses.AF_UNIX;

        assertThat(SocketAddresses.decode(memory)).isNull();
    }
}
