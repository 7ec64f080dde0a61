package dev.holdfast.manager.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteStorageTest {
    /** sha256sum of "abc" (FIPS 180-4). */
    private static final String ABC = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final Set<String> referred = new HashSet<>();

    @Test
    void keepsABundleThatAnImageRefersTo() throws IOException {
        referred.add(ABC);
        SiteStorage site = open();
        keep(site, "abc");
        site.settle(ABC);
        keep(site, "abc");
        site.settle(ABC);
        try (FileChannel bundle = open().open(ABC)) {
            assertThat(bundle.size()).isEqualTo(3);
        }
        assertThat(files()).hasSize(1);
    }

    @Test
    void deletesABundleThatNoImageCameToReferTo() throws IOException {
        SiteStorage site = open();
        keep(site, "abc");
        site.settle(ABC);
        assertThat(files()).isEmpty();
        assertThatThrownBy(() -> site.open(ABC)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void settlesWhatACrashLeftUnsettled() throws IOException {
        keep(open(), "abc");
        referred.add(ABC);
        open().open(ABC).close();
        assertThat(files()).hasSize(1);
        keep(open(), "abc");
        referred.clear();
        SiteStorage site = open();
        assertThatThrownBy(() -> site.open(ABC)).isInstanceOf(NoSuchFileException.class);
        assertThat(files()).isEmpty();
    }

    @Test
    void anUploadThatIsClosedLeavesNothing() throws IOException {
        SiteStorage site = open();
        try (Upload upload = site.receive()) {
            upload.write(bytes("ab"));
            upload.write(bytes("c"));
            assertThat(upload.digest()).isEqualTo(ABC);
            assertThat(upload.size()).isEqualTo(3);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void whatACrashLeftIsDeleted() throws IOException {
        Upload left = open().receive();
        left.write(bytes("ab"));
        assertThat(files()).hasSize(1);
        SiteStorage unused = open();
        assertThat(unused).isNotNull();
        assertThat(files()).isEmpty();
    }

    @Test
    void whatAnotherManagerReceivesIsLeftAlone() throws IOException {
        SiteStorage site = open();
        try (Upload upload = site.receive()) {
            upload.write(bytes("abc"));
            SiteStorage other = new SiteStorage(directory, "another", referred::contains);
            site.keep(upload);
            referred.add(ABC);
            site.settle(ABC);
            other.open(ABC).close();
        }
    }

    @Test
    void onlyADigestNamesABundle() throws IOException {
        SiteStorage site = open();
        assertThatThrownBy(() -> site.open("sha256:../../secret")).isInstanceOf(NoSuchFileException.class);
    }

    private SiteStorage open() throws IOException {
        return new SiteStorage(directory, "owner", referred::contains);
    }

    private static void keep(SiteStorage site, String content) throws IOException {
        try (Upload upload = site.receive()) {
            upload.write(bytes(content));
            site.keep(upload);
        }
    }

    private Stream<Path> files() throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            return found.filter(Files::isRegularFile).toList().stream();
        }
    }

    private static ByteBuffer bytes(String content) {
        return ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
    }
}
