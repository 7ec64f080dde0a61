package dev.holdfast.agent.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.common.bundle.Bundles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {
    @TempDir
    Path dir;

    private Path bundle;
    private ImageRef image;

    @BeforeEach
    void pack() throws IOException {
        Path content = Files.createDirectories(dir.resolve("content/bin"));
        Files.writeString(content.resolve("server"), "#!/bin/sh\necho hello\n");
        bundle = dir.resolve("bundle.tar.gz");
        Bundles.pack(dir.resolve("content"), bundle);
        image = Images.bundled("", Bundles.digest(bundle), Files.size(bundle));
    }

    @Test
    void fetchesOnce() throws InterruptedException, IOException {
        ImageStore store = new ImageStore(dir.resolve("images"), Images.breaking(bundle, 0, 0));
        Path unpacked = store.fetch(image).orElseThrow();
        Path again = new ImageStore(dir.resolve("images"), Images.NO_BUNDLES)
                .fetch(image)
                .orElseThrow();

        assertThat(unpacked.resolve("bin/server")).hasContent("#!/bin/sh\necho hello");
        assertThat(again).isEqualTo(unpacked);
        assertThat(dir.resolve("images")).isDirectoryNotContaining("glob:**.partial");
    }

    @Test
    void goesOnWhereTheLineBroke() throws InterruptedException {
        ImageStore store = new ImageStore(dir.resolve("images"), Images.breaking(bundle, 3, 20));

        assertThat(store.fetch(image).orElseThrow()).isDirectoryContaining("glob:**/bin");
    }

    @Test
    void aWrongDigestIsRefusedAndNothingStays() {
        ImageStore store =
                new ImageStore(dir.resolve("images"), (_, _) -> new ByteArrayInputStream("other".getBytes(UTF_8)));

        assertThatThrownBy(() -> store.fetch(image))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("is not what was published: its digest is sha256:")
                .hasMessageContaining(image.bundleDigest());
        assertThat(dir.resolve("images")).isEmptyDirectory();
    }

    @Test
    void aMissingBundleIsNotAskedForAgain() {
        assertThatThrownBy(() -> new ImageStore(dir.resolve("images"), Images.NO_BUNDLES).fetch(image))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("there is no bundle");
    }

    @Test
    void aDigestIsNoPath() {
        assertThatThrownBy(() -> new ImageStore(dir, Images.NO_BUNDLES).fetch(Images.bundled("", "sha256:../x", 1)))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("is not the digest of a bundle");
    }

    @Test
    void aPartThatIsLongerThanTheWholeIsFetchedAnew() throws InterruptedException, IOException {
        Path images = Files.createDirectories(dir.resolve("images"));
        String name = image.bundleDigest().substring("sha256:".length()) + ".partial";
        Files.write(images.resolve(name), new byte[(int) image.bundleSizeBytes() + 1]);

        Path unpacked = new ImageStore(images, Images.breaking(bundle, 0, 0))
                .fetch(image)
                .orElseThrow();

        assertThat(unpacked.resolve("bin/server")).exists();
    }
}
