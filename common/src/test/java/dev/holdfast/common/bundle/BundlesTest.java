package dev.holdfast.common.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundlesTest {
    @TempDir
    Path dir;

    private Path source;
    private Path tarGz;

    @BeforeEach
    void makeSource() throws IOException {
        source = Files.createDirectories(dir.resolve("source"));
        tarGz = dir.resolve("bundle.tar.gz");
        Files.createDirectories(source.resolve("bin"));
        Files.writeString(source.resolve("bin/server"), "#!/bin/sh\n");
        mode(source.resolve("bin/server"), "rwx------");
        Files.writeString(source.resolve("conf, größer"), "x");
        mode(source.resolve("conf, größer"), "rw-------");
        Files.createDirectory(source.resolve("empty"));
        mode(source.resolve("empty"), "rwx------");
        Files.createSymbolicLink(source.resolve("current"), Path.of("bin/../bin/server"));
        Files.writeString(
                Files.createDirectories(source.resolve("d".repeat(120))).resolve("f".repeat(200)), "long");
    }

    @Test
    void unpacksWhatWasPackedReadableByEveryone() throws IOException {
        Path target = dir.resolve("images/one");
        Bundles.pack(source, tarGz);
        Bundles.unpack(tarGz, target);

        assertThat(target.resolve("bin/server")).hasContent("#!/bin/sh\n");
        assertThat(target.resolve("d".repeat(120)).resolve("f".repeat(200))).hasContent("long");
        assertThat(Files.readSymbolicLink(target.resolve("current"))).hasToString("bin/../bin/server");
        assertThat(permissions(target)).isEqualTo("rwxr-xr-x");
        assertThat(permissions(target.resolve("empty"))).isEqualTo("rwxr-xr-x");
        assertThat(permissions(target.resolve("bin/server"))).isEqualTo("rwxr-xr-x");
        assertThat(permissions(target.resolve("conf, größer"))).isEqualTo("rw-r--r--");
        assertThat(target.resolveSibling("one.tmp")).doesNotExist();
    }

    @Test
    void theSameFilesAreTheSameBytes() throws IOException {
        Bundles.pack(source, tarGz);
        String first = Bundles.digest(tarGz);
        Files.setLastModifiedTime(source.resolve("bin/server"), FileTime.fromMillis(1));
        Bundles.pack(source, tarGz);

        assertThat(Bundles.digest(tarGz)).isEqualTo(first).matches("sha256:[0-9a-f]{64}");
    }

    @Test
    void digestIsThatOfSha256sum() throws IOException {
        Path empty = Files.createFile(dir.resolve("empty"));

        assertThat(Bundles.digest(empty))
                .isEqualTo("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void aPackedBundleIsTakenAsItIs() throws IOException {
        Path copy = dir.resolve("copy.tar.gz");
        Bundles.pack(source, tarGz);
        Bundles.pack(tarGz, copy);

        assertThat(copy).hasSameBinaryContentAs(tarGz);
    }

    @Test
    void tellsWhichFilesCanBeExecuted() throws IOException {
        Bundles.pack(source, tarGz);
        BundleListing listing = Bundles.inspect(tarGz);

        assertThat(listing.file("current")).contains(new BundleEntry.File(true, 10));
        assertThat(listing.whyNotExecutable("bin/server")).isEmpty();
        assertThat(listing.whyNotExecutable("./current")).isEmpty();
        assertThat(listing.whyNotExecutable("bin/sevrer"))
                .contains("'bin/sevrer' is not a file of the bundle; did you mean bin/server?");
        assertThat(listing.whyNotExecutable("bin")).contains("'bin' is not a file of the bundle");
        assertThat(listing.whyNotExecutable("conf, größer"))
                .contains("'conf, größer' is in the bundle but is not executable; chmod +x it and pack again");
    }

    @Test
    void aDirectoryThatIsThereIsLeftAsItIs() throws IOException {
        Path target = Files.createDirectory(dir.resolve("there"));
        Bundles.pack(source, tarGz);
        Bundles.unpack(tarGz, target);

        assertThat(target).isEmptyDirectory();
    }

    @Test
    void whatACrashLeftBehindIsInNobodysWay() throws IOException {
        Files.createDirectories(dir.resolve("one.tmp/bin/old"));
        Bundles.pack(source, tarGz);
        Bundles.unpack(tarGz, dir.resolve("one"));

        assertThat(dir.resolve("one/bin")).isDirectoryNotContaining("glob:**/old");
    }

    @Test
    void linksOutOfTheDirectoryAreNotPacked() throws IOException {
        Files.createSymbolicLink(source.resolve("shell"), Path.of("/bin/sh"));

        assertThatExceptionOfType(BundleException.class)
                .isThrownBy(() -> Bundles.pack(source, tarGz))
                .withMessageContaining("entry 'shell' is a symbolic link that leaves the bundle");
        assertThat(tarGz).doesNotExist();
    }

    @Test
    void whatIsNotThereIsSaidSo() {
        assertThatExceptionOfType(BundleException.class)
                .isThrownBy(() -> Bundles.pack(dir.resolve("nowhere"), tarGz))
                .withMessageEndingWith("nowhere does not exist; a bundle is a directory or a .tar.gz file");
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    }
}
