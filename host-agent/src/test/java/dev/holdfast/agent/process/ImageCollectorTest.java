package dev.holdfast.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.common.bundle.Bundles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCollectorTest {
    @TempDir
    Path dir;

    private Path images;
    private final AtomicLong free = new AtomicLong(1L << 40);
    private final AtomicBoolean idle = new AtomicBoolean(true);
    private ImageRef first;
    private ImageRef second;
    private ImageRef third;

    @BeforeEach
    void fetch() throws Exception {
        images = dir.resolve("images");
        first = image(1);
        second = image(2);
        third = image(3);
        for (ImageRef image : List.of(first, second, third)) {
            store().fetch(image);
        }
        store().ran(first);
    }

    private ImageRef image(int number) throws IOException {
        Path content = Files.createDirectories(dir.resolve("content-" + number));
        Files.writeString(content.resolve("server"), "server " + number);
        Path bundle = dir.resolve("bundle");
        Bundles.pack(content, bundle);
        String digest = Bundles.digest(bundle);
        Files.move(bundle, dir.resolve(digest));
        return Images.bundled("", digest, Files.size(dir.resolve(digest)));
    }

    private ImageStore store() {
        Disk disk = new Disk() {
            @Override
            public long free() {
                return free.get();
            }

            @Override
            public long reserve() {
                return 1000;
            }
        };
        return new ImageStore(images, (digest, _) -> Files.newInputStream(dir.resolve(digest)), disk, Pace.UNLIMITED);
    }

    private void age(ImageRef image, Duration age) throws IOException {
        Files.setLastModifiedTime(
                images.resolve(hex(image) + ".use"), FileTime.from(Instant.now().minus(age)));
    }

    private static String hex(ImageRef image) {
        return image.bundleDigest().substring("sha256:".length());
    }

    /** The second runs. */
    private void collect() throws IOException {
        new ImageCollector(store(), () -> List.of(ManagedProcess.starting("p", second)), idle::get, Clock.systemUTC())
                .collect();
    }

    private boolean isThere(ImageRef image) {
        return store().has(image);
    }

    @Test
    void whatNothingUsesGoesAndIsFetchedAgainWhenItIsWanted() throws Exception {
        for (ImageRef image : List.of(first, second, third)) {
            age(image, Duration.ofDays(30));
        }
        collect();
        assertThat(isThere(first)).as("ran before").isTrue();
        assertThat(isThere(second)).as("runs").isTrue();
        assertThat(isThere(third)).isFalse();
        assertThat(images).isDirectoryNotContaining("glob:**/" + hex(third) + "*");
        assertThat(store().fetch(third).orElseThrow().resolve("server")).hasContent("server 3");
    }

    @Test
    void whatWasUsedLatelyGoesOnlyForRoom() throws Exception {
        age(third, Duration.ofDays(1));
        collect();
        assertThat(isThere(third)).isTrue();
        free.set(999);
        collect();
        assertThat(isThere(third)).isFalse();
        assertThat(isThere(first)).isTrue();
    }

    @Test
    void nothingGoesDuringACycle() throws Exception {
        age(third, Duration.ofDays(30));
        idle.set(false);
        collect();
        assertThat(isThere(third)).isTrue();
    }

    @Test
    void whatWasUsedSinceItWasLookedAtStays() throws Exception {
        age(third, Duration.ofDays(30));
        KeptImage seen = store().kept().stream()
                .filter(image -> image.digest().equals(hex(third)))
                .findFirst()
                .orElseThrow();
        store().fetch(third);
        store().remove(seen);
        assertThat(isThere(third)).isTrue();
    }

    @Test
    void whatIsLeftUnfinishedGoesAfterAWhile() throws Exception {
        Path old = Files.writeString(images.resolve("a".repeat(64) + ".partial"), "half");
        Path young = Files.writeString(images.resolve("b".repeat(64) + ".partial"), "half");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(8))));
        collect();
        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }
}
