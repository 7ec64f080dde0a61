package dev.holdfast.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.common.bundle.Bundles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class StagingTest {
    private static final int SIZE = 400_000;
    /** Takes minutes, were nobody to hurry it. */
    private static final Pace SLOW = new Pace(SIZE / 600);

    @TempDir
    Path dir;

    private Path images;
    private Path bundle;
    private ImageRef image;
    private final List<Long> offsets = new CopyOnWriteArrayList<>();

    @BeforeEach
    void pack() throws IOException {
        images = dir.resolve("images");
        bundle = dir.resolve("1.tar.gz");
        image = pack(bundle, 1);
    }

    private ImageRef pack(Path to, int seed) throws IOException {
        Path content = Files.createDirectories(dir.resolve("content-" + seed));
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        Files.write(content.resolve("server"), bytes);
        Bundles.pack(content, to);
        return Images.bundled("", Bundles.digest(to), Files.size(to));
    }

    private InputStream open(long offset) throws IOException {
        offsets.add(offset);
        return Images.breaking(bundle, 0, 0).open("", offset);
    }

    private ImageStore store(Pace pace) {
        return new ImageStore(images, (_, offset) -> open(offset), Disk.of(images, 0L), pace);
    }

    private Path partial() {
        return images.resolve(image.bundleDigest().substring("sha256:".length()) + ".partial");
    }

    private void awaitBegun() {
        Awaitility.await().until(() -> Files.exists(partial()) && Files.size(partial()) > 0);
    }

    @Test
    void tellsWhatBecameOfIt() throws InterruptedException {
        Told told = new Told();
        try (Staging staging = new Staging(store(Pace.UNLIMITED))) {
            staging.stage(image, told);
            assertThat(told.next()).isEqualTo("staged");
            staging.stage(image, told);
            assertThat(told.next()).as("what is there is not fetched again").isEqualTo("staged");
        }
        assertThat(offsets).containsExactly(0L);
    }

    @Test
    @Timeout(60)
    void whoWaitsForItHurriesIt() throws InterruptedException {
        ImageStore store = store(SLOW);
        try (Staging staging = new Staging(store)) {
            staging.stage(image, new Told());
            awaitBegun();
            assertThat(store.fetch(image).orElseThrow().resolve("server")).hasSize(SIZE);
        }
        assertThat(offsets).as("one download").containsExactly(0L);
    }

    @Test
    void anAgentThatIsStartedAgainGoesOn() throws Exception {
        try (Staging staging = new Staging(store(SLOW))) {
            staging.stage(image, new Told());
            awaitBegun();
        }
        long here = Files.size(partial());
        store(Pace.UNLIMITED).stage(image);
        assertThat(offsets).containsExactly(0L, here);
        assertThat(here).isPositive();
    }

    @Test
    void oneAfterTheOther() throws Exception {
        Told first = new Told();
        Told second = new Told();
        ImageRef other = pack(dir.resolve("2.tar.gz"), 2);
        try (Staging staging = new Staging(store(SLOW))) {
            staging.stage(image, first);
            awaitBegun();
            staging.stage(other, second);
            staging.stage(image, first);
            assertThat(offsets).hasSize(1);
        }
        assertThat(second.told).isEmpty();
    }

    @Test
    void keepsThePace() throws InterruptedException {
        long begun = System.nanoTime();
        store(new Pace(SIZE)).stage(image);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(700));
    }

    @Test
    void theReserveStaysFree() throws InterruptedException {
        Disk full = new Disk() {
            @Override
            public long free() {
                return 4 * image.bundleSizeBytes() + 999;
            }

            @Override
            public long reserve() {
                return 1000;
            }
        };
        ImageStore store = new ImageStore(images, (_, offset) -> open(offset), full, Pace.UNLIMITED);
        assertThatThrownBy(() -> store.fetch(image))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("1 MiB are to stay free (--disk-reserve)");
        Told told = new Told();
        try (Staging staging = new Staging(store)) {
            staging.stage(image, told);
            assertThat(told.next()).contains("is not fetched", images.toString());
        }
        assertThat(offsets).isEmpty();
    }

    private static final class Told implements Staging.Listener {
        final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        @Override
        public void staged() {
            told.add("staged");
        }

        @Override
        public void failed(String why) {
            told.add(why);
        }

        String next() throws InterruptedException {
            String next = told.poll(30, TimeUnit.SECONDS);
            assertThat(next).isNotNull();
            return next == null ? "" : next;
        }
    }
}
