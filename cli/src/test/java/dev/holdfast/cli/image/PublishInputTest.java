package dev.holdfast.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is found before anything is sent: nobody listens where these are to be published. */
class PublishInputTest {
    @TempDir
    Path dir;

    private Path manifest;
    private Path bundle;

    @BeforeEach
    void makeFiles() throws IOException {
        manifest = Files.writeString(dir.resolve("shop.yaml"), "exec: [bin/shop]\nports: [8080]\n");
        bundle = Files.createDirectories(dir.resolve("bundle"));
        Files.createDirectories(bundle.resolve("bin"));
        Files.writeString(bundle.resolve("bin/shop"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(bundle.resolve("bin/shop"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void anUnknownKeyIsToldWithFileLineAndColumn() throws IOException {
        Files.writeString(manifest, "exec: [bin/shop]\nports: [8080]\nstop: {signl: KILL}\n");

        refused(
                publish(),
                manifest + ": line 3, column 8: stop.signl: unknown key; did you mean signal? The keys here"
                        + " are signal, within");
    }

    @Test
    void aManifestThatIsNotThereIsToldByName() throws IOException {
        Files.delete(manifest);

        refused(publish(), "there is no file or directory " + manifest);
    }

    @Test
    void aManifestMustBeText() throws IOException {
        Files.write(manifest, new byte[] {(byte) 0xff, (byte) 0xfe});

        refused(publish(), manifest + ": is not UTF-8 text; a manifest is YAML");
    }

    @Test
    void aManifestIsAFile() {
        manifest = bundle;

        refused(publish(), bundle + ": is a directory; a manifest is a YAML file");
    }

    @Test
    void aRelativeProgramNeedsABundle() {
        refused(
                Shell.holdfast(
                        "image",
                        "publish",
                        "--manager",
                        "127.0.0.1:1",
                        "--tenant",
                        "acme",
                        "--name",
                        "shop",
                        "--version",
                        "v1",
                        "--manifest",
                        manifest.toString()),
                manifest + ": exec: 'bin/shop' is a path in the bundle, and there is no --bundle; add one or write an"
                        + " absolute path");
    }

    @Test
    void theProgramMustBeInTheBundleAndExecutable() throws IOException {
        Files.setPosixFilePermissions(bundle.resolve("bin/shop"), PosixFilePermissions.fromString("rw-r--r--"));
        refused(
                publish(),
                manifest + ": exec: 'bin/shop' is in the bundle but is not executable; chmod +x it and pack"
                        + " again");

        Files.delete(bundle.resolve("bin/shop"));
        Files.writeString(bundle.resolve("other"), "x");
        refused(publish(), manifest + ": exec: 'bin/shop' is not a file of the bundle");
    }

    @Test
    void aLinkOutOfTheBundleIsRefused() throws IOException {
        Files.createSymbolicLink(bundle.resolve("out"), Path.of("../../x"));

        refused(
                publish(),
                "the bundle is refused: entry 'out' is a symbolic link that leaves the bundle, or leads in"
                        + " circles; links must stay in it and be relative");
    }

    @Test
    void anEntryOutOfTheBundleIsRefused() throws IOException {
        bundle = tarGz("../shop");

        refused(publish(), "the bundle is refused: entry '../shop' leaves the bundle by ..; paths must stay in it");
    }

    @Test
    void aBundleThatIsCutShortIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(tarGz("bin/shop"));
        bundle = Files.write(dir.resolve("cut.tar.gz"), Arrays.copyOf(whole, whole.length - 12));

        refused(
                publish(),
                "the bundle is damaged or cut short (Unexpected end of ZLIB input stream); pack it again, or send it"
                        + " whole");
    }

    private Path tarGz(String entry) throws IOException {
        Path file = dir.resolve("made.tar.gz");
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
            tar.putArchiveEntry(new TarArchiveEntry(entry));
            tar.closeArchiveEntry();
        }
        return file;
    }

    @Test
    void whatIsNotATarGzIsRefused() throws IOException {
        bundle = Files.writeString(dir.resolve("bundle.tar.gz"), "hello");

        refused(publish(), "the bundle is not a .tar.gz file, or is cut short at its beginning");
    }

    @Test
    void nothingIsLeftInTheTemporaryDirectory() throws IOException {
        assertThat(publish().exitCode()).isEqualTo(7);

        try (Stream<Path> left = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            assertThat(left).noneMatch(path -> path.getFileName().toString().startsWith("holdfast-bundle-"));
        }
    }

    private Shell.Result publish() {
        return Shell.holdfast(
                "image",
                "publish",
                "--manager",
                "127.0.0.1:1",
                "--tenant",
                "acme",
                "--name",
                "shop",
                "--version",
                "v1",
                "--manifest",
                manifest.toString(),
                "--bundle",
                bundle.toString());
    }

    private static void refused(Shell.Result result, String message) {
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).isEqualTo("holdfast image publish: " + message + "\n");
    }
}
