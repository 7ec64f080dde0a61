package dev.holdfast.manager.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * Bundles on disk, each under the SHA-256 of its bytes. A bundle is there whole or not at all: it is written and synced
 * beside its place, and renamed into it.
 */
public final class SiteStorage {
    private static final String PREFIX = "sha256:";

    private final Path bundles;
    private final Path incoming;

    /** Opens or makes the storage; uploads that a crash left behind are deleted. */
    public SiteStorage(Path directory) throws IOException {
        bundles = Files.createDirectories(directory.resolve("sha256"));
        incoming = Files.createDirectories(directory.resolve("incoming"));
        try (Stream<Path> left = Files.list(incoming)) {
            for (Path file : left.toList()) {
                Files.delete(file);
            }
        }
    }

    /** Begins to receive a bundle. */
    public Upload receive() throws IOException {
        return new Upload(Files.createTempFile(incoming, "bundle", ".tar.gz"));
    }

    /**
     * Keeps what came, on disk before this returns. The upload must be complete; it is closed by this.
     *
     * @return false if the same bundle was there before
     */
    public boolean keep(Upload upload) throws IOException {
        Path place = place(upload.digest());
        boolean fresh = !Files.exists(place);
        upload.sync();
        Files.createDirectories(parent(place));
        Files.move(upload.file(), place, StandardCopyOption.ATOMIC_MOVE);
        sync(parent(place));
        sync(bundles);
        upload.close();
        return fresh;
    }

    /** Deletes a bundle that no image refers to. */
    public void drop(String digest) throws IOException {
        Files.deleteIfExists(place(digest));
    }

    /**
     * Opens a bundle for reading.
     *
     * @throws NoSuchFileException when there is no such bundle
     */
    public FileChannel open(String digest) throws IOException {
        return FileChannel.open(place(digest), StandardOpenOption.READ);
    }

    private Path place(String digest) throws NoSuchFileException {
        if (!digest.matches(PREFIX + "[0-9a-f]{64}")) {
            throw new NoSuchFileException(digest);
        }
        String hex = digest.substring(PREFIX.length());
        return bundles.resolve(hex.substring(0, 2)).resolve(hex + ".tar.gz");
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new UncheckedIOException(new IOException(file + " has no directory"));
        }
        return parent;
    }

    /** Makes a rename in the directory durable; see fsync(2). */
    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
