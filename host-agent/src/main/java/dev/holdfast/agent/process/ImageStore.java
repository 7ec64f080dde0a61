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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Unpacked bundles, in a directory each that is named by the digest. What is half fetched is gone on with. */
public final class ImageStore {
    private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);
    private static final Pattern DIGEST = Pattern.compile("sha256:([0-9a-f]{64})");
    private static final int FAILURES_IN_A_ROW = 8;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final Path directory;
    private final BundleSource source;
    private final Map<String, Lock> fetching = new ConcurrentHashMap<>();

    public ImageStore(Path directory, BundleSource source) {
        this.directory = directory;
        this.source = source;
    }

    /**
     * Where the image's bundle is unpacked, fetched first when it is not there; empty for an image without one.
     *
     * @throws ProcessException when it cannot be had, or is not what the digest says
     */
    public Optional<Path> fetch(ImageRef image) throws InterruptedException {
        if (!image.hasBundle()) {
            return Optional.empty();
        }
        Path unpacked = place(image);
        Lock lock = fetching.computeIfAbsent(image.bundleDigest(), _ -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            if (!Files.isDirectory(unpacked)) {
                Files.createDirectories(directory);
                download(image, unpacked);
            }
            return Optional.of(unpacked);
        } catch (IOException e) {
            throw new ProcessException("The bundle of image " + image + " cannot be had: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the image's bundle is here, or it has none. */
    boolean has(ImageRef image) {
        return !image.hasBundle() || Files.isDirectory(place(image));
    }

    private Path place(ImageRef image) {
        var digest = DIGEST.matcher(image.bundleDigest());
        if (!digest.matches()) {
            throw new ProcessException("'" + image.bundleDigest() + "' is not the digest of a bundle");
        }
        return directory.resolve(digest.group(1));
    }

    /** Where the bundle is that {@link #has}; empty for an image without one. */
    Optional<Path> bundle(ImageRef image) {
        return image.hasBundle() ? Optional.of(place(image)) : Optional.empty();
    }

    private void download(ImageRef image, Path unpacked) throws IOException, InterruptedException {
        Path partial = directory.resolve(unpacked.getFileName() + ".partial");
        if (size(partial) > image.bundleSizeBytes()) {
            // Not of this bundle: a disk that broke off. The manager has no bytes to go on with.
            Files.delete(partial);
        }
        receive(image, partial);
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

    private void receive(ImageRef image, Path partial) throws IOException, InterruptedException {
        int failures = 0;
        while (true) {
            long before = size(partial);
            try (InputStream in = source.open(image.bundleDigest(), before);
                    OutputStream out =
                            Files.newOutputStream(partial, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                in.transferTo(out);
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
