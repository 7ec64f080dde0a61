package dev.holdfast.common.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:7600", "manager.example-1:7600", "[::1]:0", "[fe80::1%eth0]:65535"})
    void isWrittenAsItIsRead(String text) {
        assertThat(HostPort.parse(text)).hasToString(text);
    }

    @Test
    void resolvesLiterals() {
        assertThat(HostPort.parse("[::1]:7600").resolve().getAddress().isLoopbackAddress())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "manager", ":7600", "::1:7600", "http://manager:7600", "manager:x", "a b:1", "a:1:2"})
    void whatIsNotHostAndPortIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostPort.parse(text))
                .withMessage("'" + text + "' is not HOST:PORT; write it as 127.0.0.1:7600, manager:7600 or [::1]:7600");
    }

    @Test
    void portsBeyondTheLastAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostPort.parse("manager:65536"))
                .withMessage("a port is a number from 0 to 65535; 65536 is not");
    }
}
