package dev.holdfast.common.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EvilBundlesTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @MethodSource
    void isRefusedAndNothingIsLeft(EvilTar tar, String message) throws IOException {
        Path tarGz = tar.writeTo(dir.resolve("evil.tar.gz"));
        Path target = dir.resolve("a/b/unpacked");

        assertThatExceptionOfType(BundleException.class)
                .isThrownBy(() -> Bundles.inspect(tarGz))
                .withMessageContaining(message);
        assertThatExceptionOfType(BundleException.class)
                .isThrownBy(() -> Bundles.unpack(tarGz, target))
                .withMessageContaining(message);
        try (Stream<Path> left = Files.walk(dir)) {
            assertThat(left.filter(Files::isRegularFile)).containsExactly(tarGz);
        }
        assertThat(dir.resolve("a/b")).isEmptyDirectory();
    }

    static Stream<Arguments> isRefusedAndNothingIsLeft() {
        String name300 = "n".repeat(300);
        return Stream.of(
                Arguments.of(evil().file("../x", "x"), "entry '../x' leaves the bundle by .."),
                Arguments.of(evil().file("a/../../x", "x"), "entry 'a/../../x' leaves the bundle by .."),
                Arguments.of(evil().file("/etc/x", "x"), "entry '/etc/x' is absolute"),
                Arguments.of(evil().directory("../d/"), "leaves the bundle by .."),
                Arguments.of(evil().symbolicLink("l", "../x"), "entry 'l' is a symbolic link that leaves the bundle"),
                Arguments.of(evil().symbolicLink("l", "/etc"), "entry 'l' is a symbolic link that leaves the bundle"),
                Arguments.of(
                        evil().symbolicLink("here", ".").symbolicLink("l", "here/../x"),
                        "entry 'l' is a symbolic link that leaves the bundle"),
                Arguments.of(evil().symbolicLink("a", "b").symbolicLink("b", "a"), "leads in circles"),
                Arguments.of(evil().symbolicLink("l", ""), "entry 'l' is a symbolic link to nothing"),
                Arguments.of(
                        evil().symbolicLink("l", "d").file("l/x", "x"),
                        "entry 'l/x' is below 'l', which is not a directory"),
                Arguments.of(evil().file("l/x", "x").symbolicLink("l", "d"), "entry 'l' is there twice"),
                Arguments.of(evil().symbolicLink("l", "f").file("l", "x"), "entry 'l' is there twice"),
                Arguments.of(evil().file("f/x", "x"), "entry 'f/x' is below 'f', which is not a directory"),
                Arguments.of(evil().file("f", "x"), "entry 'f' is there twice"),
                Arguments.of(evil().hardLink("l", "../../etc/passwd"), "entry '../../etc/passwd' leaves the bundle"),
                Arguments.of(evil().hardLink("l", "/etc/passwd"), "entry '/etc/passwd' is absolute"),
                Arguments.of(evil().hardLink("l", "later"), "entry 'l' is a hard link to 'later', which is not a file"),
                Arguments.of(evil().symbolicLink("s", "f").hardLink("l", "s"), "hard link to 's', which is not a file"),
                Arguments.of(evil().entry("c", '3', "", ""), "entry 'c' is a device or a pipe"),
                Arguments.of(evil().entry("b", '4', "", ""), "entry 'b' is a device or a pipe"),
                Arguments.of(evil().entry("p", '6', "", ""), "entry 'p' is a device or a pipe"),
                Arguments.of(evil().entry("q", 'Q', "", ""), "entry 'q' is of a kind that a bundle cannot hold"),
                Arguments.of(
                        evil().entry("././@LongLink", 'L', "", name300 + "\0").file("x", ""),
                        "is not a name that a file can have"),
                Arguments.of(evil().header("././@LongLink", 'L', "", 1L << 30), "damaged or cut short"),
                Arguments.of(
                        evil().header("big", '0', "", 17L << 30), "entry 'big' makes the bundle larger than 16 GiB"),
                Arguments.of(evil().header("cut", '0', "", 5000), "damaged or cut short"),
                Arguments.of(new EvilTar().directory("d/"), "it holds no file"));
    }

    @Test
    void aLongNameThatNeverEndsIsNotReadIntoMemory() throws IOException {
        Path tarGz = dir.resolve("bomb.tar.gz");
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(tarGz))) {
            byte[] header = new byte[512];
            System.arraycopy(firstHeader(new EvilTar().header("././@LongLink", 'L', "", 1L << 30)), 0, header, 0, 512);
            gzip.write(header);
            gzip.write(new byte[4 << 20]);
        }

        assertThatExceptionOfType(BundleException.class)
                .isThrownBy(() -> Bundles.inspect(tarGz))
                .withMessageContaining("an entry whose header, or padding, is longer than 1 MiB");
    }

    @Test
    void cutAnywhereItIsRefused() throws IOException {
        byte[] whole = evil().file("two", "y".repeat(2000)).gzipped();
        for (int length = 0; length < whole.length; length++) {
            Path cut = Files.write(dir.resolve("cut.tar.gz"), Arrays.copyOf(whole, length));
            assertThatExceptionOfType(BundleException.class)
                    .as("cut after %d of %d bytes", length, whole.length)
                    .isThrownBy(() -> Bundles.inspect(cut));
        }
    }

    @Test
    void aFlippedBitIsSeenByTheChecksum() throws IOException {
        byte[] whole = evil().gzipped();
        whole[whole.length - 6] ^= 1;
        Path flipped = Files.write(dir.resolve("flipped.tar.gz"), whole);

        assertThatExceptionOfType(BundleException.class)
                .isThrownBy(() -> Bundles.inspect(flipped))
                .withMessage(
                        "the bundle is damaged or cut short (Corrupt GZIP trailer); pack it again, or send it whole");
    }

    @Test
    void whatIsNotGzipIsSaidSo() throws IOException {
        Path text = Files.writeString(dir.resolve("text"), "hello, world");

        assertThatExceptionOfType(BundleException.class)
                .isThrownBy(() -> Bundles.inspect(text))
                .withMessage("the bundle is not a .tar.gz file, or is cut short at its beginning");
    }

    @Test
    void linksWithinAreKept() throws IOException {
        Path tarGz = evil().symbolicLink("s", "./d/../f")
                .hardLink("h", "f")
                .directory("d/")
                .writeTo(dir.resolve("fine.tar.gz"));
        Bundles.unpack(tarGz, dir.resolve("fine"));

        assertThat(dir.resolve("fine/s")).isSymbolicLink().hasContent("content");
        assertThat(dir.resolve("fine/h")).hasContent("content");
    }

    /** An archive that begins harmlessly, with a file f. */
    private static EvilTar evil() {
        return new EvilTar().directory("./").file("f", "content");
    }

    private static byte[] firstHeader(EvilTar tar) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(tar.gzipped()))) {
            return in.readNBytes(512);
        }
    }
}
