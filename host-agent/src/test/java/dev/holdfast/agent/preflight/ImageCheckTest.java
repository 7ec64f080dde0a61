package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.process.ImageRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCheckTest {
    private static final byte[] ARM = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, (byte) 183, 0};
    private static final byte[] I386 = {0x7f, 'E', 'L', 'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 3, 0};
    private static final String DIGEST = "0".repeat(64);

    @TempDir
    Path dir;

    private List<Finding> look(String manifest) {
        return new ImageCheck().look(Subjects.of(dir, List.of(Subjects.OWN), Subjects.manifest(80), manifest));
    }

    private List<Finding> bundled() {
        Subject plain = Subjects.of(dir, Subjects.OWN, 80);
        ImageRef image = new ImageRef("shop", "v2", "exec: [bin/server]\nports: [80]\n", "sha256:" + DIGEST, 1_000);
        return new ImageCheck().look(new Subject(plain.servers(), plain.process(), image, plain.pids(), Map.of()));
    }

    private Path program(byte[] content) throws IOException {
        Path file = Files.write(dir.resolve("server"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void oneThatCanBeStartedPasses() throws IOException {
        assertThat(look(Subjects.manifest(80))).containsExactly(Finding.passed("image", "shop:v2 can be started here"));
        Path script = program("#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(look("exec: [" + script + "]\nports: [80]\n")).noneMatch(Finding::isRefusal);
    }

    @Test
    void oneForAnotherMachineIsRefused() throws IOException {
        for (byte[] program : List.of(ARM, I386)) {
            Path file = program(program);
            assertThat(look("exec: [" + file + "]\nports: [80]\n"))
                    .containsExactly(Finding.refused(
                            "image", file + " is no program for x86-64 in 64 bits: publish one that is"));
        }
    }

    @Test
    void whatCannotBeStartedIsRefused() {
        assertThat(look("exec: [/no/such/program]\nports: [80]\n"))
                .containsExactly(Finding.refused("image", "exec '/no/such/program' does not exist on this host"));
        assertThat(look(Subjects.manifest(80, "user: nobody-of-that-name"))).allMatch(Finding::isRefusal);
        assertThat(look(Subjects.manifest(80, "workdir: /no/such/directory"))).allMatch(Finding::isRefusal);
        assertThat(look("exec: [/bin/sh]\nports: [80]\nnovelty: 1\n")).allMatch(Finding::isRefusal);
    }

    @Test
    void aBundleIsLookedAtWhereItIsHereAndNotFetched() throws IOException {
        assertThat(bundled())
                .singleElement()
                .extracting(Finding::detail)
                .asString()
                .contains("will be fetched");
        Files.createDirectories(dir.resolve("images").resolve(DIGEST));
        assertThat(bundled())
                .containsExactly(Finding.refused("image", "exec 'bin/server' does not exist in the image's bundle"));
    }
}
