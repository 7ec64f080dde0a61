package dev.holdfast.agent.process;

import dev.holdfast.common.bundle.BundleException;
import dev.holdfast.common.bundle.Bundles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a bundle comes into a directory: fetched, from where it ended before, checked and unpacked. */
final class Download {
    private static final Logger LOG = LoggerFactory.getLogger(Download.class);
    /** Of the packed bundle: itself, and three for what it unpacks to. */
    private static final int SIZES = 4;

    private static final int FAILURES_IN_A_ROW = 8;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final Path directory;
    private final BundleSource source;
    private final Disk disk;

    Download(Path directory, BundleSource source, Disk disk) {
        this.directory = directory;
        this.source = source;
        this.disk = disk;
    }

    interface Copying {
        void copy(InputStream in, OutputStream out) throws IOException, InterruptedException;
    }

    void run(ImageRef image, Path unpacked, Copying copying) throws IOException, InterruptedException {
        Path partial = directory.resolve(unpacked.getFileName() + ".partial");
        if (size(partial) > image.bundleSizeBytes()) {
            // Not of this bundle: a disk that broke off. The manager has no bytes to go on with.
            Files.delete(partial);
        }
        makeSureOfRoom(image, size(partial));
        receive(image, partial, copying);
        String digest = Bundles.digest(partial);
        if (!digest.equals(image.bundleDigest())) {
            Files.delete(partial);
            throw new ProcessException("The bundle of image " + image + " is not what was published: its digest is "
                    + digest + " instead of " + image.bundleDigest() + ". It was removed; publish the image again");
        }
        try {
            Bundles.unpack(partial, unpacked);
        } catch (BundleException e) {
            throw new ProcessException("The bundle of image " + image + " is refused: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private void makeSureOfRoom(ImageRef image, long here) throws IOException {
        long needed = SIZES * image.bundleSizeBytes() - here;
        if (disk.free() - needed < disk.reserve()) {
            throw new ProcessException("The bundle of image " + image + " is not fetched: " + directory + " has "
                    + mib(disk.free()) + " free, it may need " + mib(needed) + ", packed and unpacked, and "
                    + mib(disk.reserve()) + " are to stay free (--disk-reserve). Free some");
        }
    }

    private static String mib(long bytes) {
        return Math.ceilDiv(bytes, 1L << 20) + " MiB";
    }

    private void receive(ImageRef image, Path partial, Copying copying) throws IOException, InterruptedException {
        int failures = 0;
        while (true) {
            long before = size(partial);
            try (InputStream in = source.open(image.bundleDigest(), before);
                    OutputStream out =
                            Files.newOutputStream(partial, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                copying.copy(in, out);
                return;
            } catch (BundleSource.BundleGoneException e) {
                throw e;
            } catch (IOException e) {
                failures = size(partial) > before ? 1 : failures + 1;
                if (failures == FAILURES_IN_A_ROW) {
                    throw e;
                }
                LOG.info("fetching {} stopped at byte {}: {}; going on", image, size(partial), e.getMessage());
                Thread.sleep(FIRST_PAUSE.multipliedBy(1L << (failures - 1)));
            }
        }
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }
}
