package dev.holdfast.agent.process;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Unpacked bundles, in a directory each that is named by the digest. What is half fetched is gone on with. */
public final class ImageStore {
    private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);
    private static final String PREFIX = "sha256:";
    private static final Pattern DIGEST = Pattern.compile(PREFIX + "([0-9a-f]{64})");
    private static final Pattern UNFINISHED = Pattern.compile("[0-9a-f]{64}\\.(partial|tmp|gone)");

    private final Path directory;
    private final Download download;
    private final Disk disk;
    private final Pace staging;
    private final ImageUses uses;
    private final Map<String, ReentrantLock> fetching = new ConcurrentHashMap<>();

    /**
     * Keeps them there.
     *
     * @param staging how fast bundles are fetched that nobody waits for
     */
    public ImageStore(Path directory, BundleSource source, Disk disk, Pace staging) {
        this.directory = directory;
        this.download = new Download(directory, source, disk);
        this.disk = disk;
        this.staging = staging;
        this.uses = new ImageUses(directory);
    }

    public ImageStore(Path directory, BundleSource source) {
        this(directory, source, Disk.of(directory, null), Pace.UNLIMITED);
    }

    /**
     * Where the image's bundle is unpacked, fetched first when it is not there; empty for an image without one.
     *
     * @throws ProcessException when it cannot be had, or is not what the digest says
     */
    public Optional<Path> fetch(ImageRef image) throws InterruptedException {
        return obtain(image, Pace.UNLIMITED);
    }

    /** As {@link #fetch}, at the pace of staging until somebody who needs it now waits for it. */
    public void stage(ImageRef image) throws InterruptedException {
        obtain(image, staging);
    }

    private Optional<Path> obtain(ImageRef image, Pace pace) throws InterruptedException {
        if (!image.hasBundle()) {
            return Optional.empty();
        }
        Path unpacked = place(image);
        ReentrantLock lock = lock(name(unpacked));
        lock.lockInterruptibly();
        try {
            if (!Files.isDirectory(unpacked)) {
                Files.createDirectories(directory);
                download.run(image, unpacked, (in, out) -> pace.copy(in, out, lock::hasQueuedThreads));
            }
            uses.mark(name(unpacked), image.name(), false);
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

    Path place(ImageRef image) {
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

    /** A process runs it now, or did until now. */
    void ran(ImageRef image) {
        if (image.hasBundle() && has(image)) {
            uses.mark(name(place(image)), image.name(), true);
        }
    }

    /** All unpacked bundles. */
    List<KeptImage> kept() throws IOException {
        List<KeptImage> found = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> children = Files.list(directory)) {
                for (Path child : children.filter(ImageStore::isBundle).toList()) {
                    found.add(uses.read(name(child)));
                }
            }
        }
        return found;
    }

    boolean hasRoom() throws IOException {
        return disk.free() >= disk.reserve();
    }

    /** Unless it was used since it was looked at, or is being so. */
    void remove(KeptImage image) throws IOException {
        ReentrantLock lock = lock(image.digest());
        if (!lock.tryLock()) {
            return;
        }
        try {
            if (uses.read(image.digest()).equals(image)) {
                // Renamed first: half a bundle must never be taken for one.
                Path gone = directory.resolve(image.digest() + ".gone");
                Files.move(directory.resolve(image.digest()), gone);
                uses.forget(image.digest());
                delete(gone);
                LOG.info("bundle {} of image {} was removed: nothing used it any more", image.digest(), image.name());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Removes what downloads and removals left unfinished, and nobody has gone on with since that time. */
    void removeUnfinished(Instant limit) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<Path> unfinished;
        try (Stream<Path> children = Files.list(directory)) {
            unfinished = children.filter(path -> UNFINISHED.matcher(name(path)).matches())
                    .toList();
        }
        for (Path path : unfinished) {
            if (Files.getLastModifiedTime(path).toInstant().isBefore(limit)) {
                ReentrantLock lock = lock(name(path).substring(0, name(path).indexOf('.')));
                if (lock.tryLock()) {
                    try {
                        delete(path);
                    } finally {
                        lock.unlock();
                    }
                }
            }
        }
    }

    private ReentrantLock lock(String name) {
        return fetching.computeIfAbsent(name, _ -> new ReentrantLock());
    }

    private static void delete(Path path) throws IOException {
        MoreFiles.deleteRecursively(path, RecursiveDeleteOption.ALLOW_INSECURE);
    }

    private static boolean isBundle(Path path) {
        return DIGEST.matcher(PREFIX + name(path)).matches() && Files.isDirectory(path);
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
