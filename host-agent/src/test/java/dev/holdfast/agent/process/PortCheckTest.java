package dev.holdfast.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.common.manifest.PortSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortCheckTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false",
        "127.0.0.1, 0.0.0.0, true",
        "0.0.0.0, 127.0.0.1, true",
        "::1, 0.0.0.0, false",
        "0.0.0.0, ::1, false",
        "::, 0.0.0.0, true",
        "0.0.0.0, ::, true",
        "::, 127.0.0.1, true",
        "::1, ::, true"
    })
    void wildcardsTakeTheirFamily(String wanted, String taken, boolean collide) {
        assertThat(PortCheck.collides(InetAddress.ofLiteral(wanted), InetAddress.ofLiteral(taken)))
                .isEqualTo(collide);
    }

    @Test
    void anyAddressCollidesWithEach() {
        assertThat(PortCheck.collides(null, InetAddress.ofLiteral("127.0.0.1"))).isTrue();
    }

    @Test
    void theOwnerIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            List<PortSpec> ports = List.of(new PortSpec(null, taken.getLocalPort()));

            assertThatThrownBy(() -> PortCheck.free(ports))
                    .isInstanceOf(ProcessException.class)
                    .hasMessageContaining(
                            "is in use by process " + ProcessHandle.current().pid());
        }
    }
}
