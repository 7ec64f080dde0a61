package dev.holdfast.acceptance.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.acceptance.process.OpenFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ClientCountTest {
    @Test
    void takesWhatCanBeHad() {
        assertThat(new ClientCount(20_000).convert("1")).isEqualTo(1);
        assertThat(new ClientCount(20_000).convert("16000")).isEqualTo(16_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-5", "x", "1e3", ""})
    void mustBeANumberOfClients(String text) {
        assertThatExceptionOfType(TypeConversionException.class)
                .isThrownBy(() -> new ClientCount(20_000).convert(text))
                .withMessage("'" + text + "' is not a number of clients; write it as 1000");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            20000; 100000; a process may have 20000 files open here (ulimit -Hn), which is enough for 16000
            4096;  3097;   a process may have 4096 files open here (ulimit -Hn), which is enough for 3096
            20000; 16001;  the servers are configured for 16000""")
    void tellsWhatIsInTheWay(int openFiles, String clients, String reason) {
        assertThatExceptionOfType(TypeConversionException.class)
                .isThrownBy(() -> new ClientCount(openFiles).convert(clients))
                .withMessage(clients + " clients are too many: " + reason);
    }

    @Test
    void knowsThisProcessesLimit() {
        assertThat(OpenFiles.limit()).isGreaterThanOrEqualTo(1024);
    }
}
