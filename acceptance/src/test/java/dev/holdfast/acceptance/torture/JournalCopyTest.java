package dev.holdfast.acceptance.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The copy outlives the journal, and tells who the server is. */
final class JournalCopyTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void tellsTheServerStepByStep() throws Exception {
        JournalCopy copy = new JournalCopy(directory.resolve("journal"), directory.resolve("copy"));
        assertThat(copy.server()).as("no journal yet").isEmpty();

        Files.writeString(copy.journal(), "{\"state\":\"QUIESCING\",\"old\":{\"pid\":7}}\n\n");
        assertThat(copy.server()).isEqualTo(OptionalLong.of(7));

        Files.writeString(copy.journal(), "{\"state\":\"STARTING\",\"old\":{\"pid\":7}}\n{\"state\":\"DEL");
        assertThat(copy.server()).as("a torn line").isEmpty();

        Files.writeString(copy.journal(), "{\"state\":\"STARTING\",\"old\":{\"pid\":7}}\n");
        assertThat(copy.server()).as("the old one has ended").isEmpty();

        Files.writeString(copy.journal(), "{\"state\":\"STARTING\",\"old\":{\"pid\":7},\"started\":{\"pid\":8}}\n");
        assertThat(copy.server()).isEqualTo(OptionalLong.of(8));

        Files.delete(copy.journal());
        assertThat(copy.lines()).singleElement().asString().contains("STARTING");
    }

    @Test
    void isShownWithoutManifests() throws Exception {
        JournalCopy copy = new JournalCopy(directory.resolve("journal"), directory.resolve("copy"));
        Files.writeString(
                copy.journal(),
                "{\"state\":\"DONE\",\"from\":{\"version\":\"v1\",\"manifestYaml\":\"long\"}}\n{\"torn");
        copy.take();

        assertThat(copy.shown()).containsExactly("{\"state\":\"DONE\",\"from\":{\"version\":\"v1\"}}", "{\"torn");
    }
}
