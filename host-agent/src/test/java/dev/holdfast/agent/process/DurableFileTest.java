package dev.holdfast.agent.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
    @TempDir
    Path dir;

    @Test
    void replacesWhatWasThere() throws IOException {
        Path file = Files.writeString(dir.resolve("state"), "long before");
        DurableFile.write(file, "now".getBytes(US_ASCII));

        assertThat(file).hasContent("now");
        assertThat(dir).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void leavesNothingBehindWhenItFails() throws IOException {
        Path inTheWay = dir.resolve("state");
        Files.createDirectories(inTheWay.resolve("child"));

        assertThatThrownBy(() -> DurableFile.write(inTheWay, new byte[1])).isInstanceOf(IOException.class);
        assertThat(dir).isDirectoryNotContaining("glob:**.tmp");
    }
}
