package dev.holdfast.manager.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Bundles on disk, each under the SHA-256 of its bytes. A bundle is there whole or not at all: it is written and synced
 * beside its place, and renamed into it. Several managers may share the directory; what is on its way each has in a place of its
 * own.
 */
public final class SiteStorage {
    private static final String PREFIX = "sha256:";
    private static final Pattern BUNDLE = Pattern.compile("([0-9a-f]{64})\\.tar\\.gz");

    private final Path bundles;
    /** Uploads, and a file with the name of each bundle that is kept and not settled yet. */
    private final Path incoming;

    private final Predicate<String> isReferred;

    /**
     * Opens or makes the storage; what a crash of the same manager left behind is deleted. Meanwhile no other manager may keep
     * or settle bundles.
     *
     * @param owner the same for each start of a manager, and no other's
     * @param isReferred whether there is an image with the bundle of this digest
     */
    public SiteStorage(Path directory, String owner, Predicate<String> isReferred) throws IOException {
        this.isReferred = isReferred;
        bundles = Files.createDirectories(directory.resolve("sha256"));
        incoming = Files.createDirectories(directory.resolve("incoming").resolve(owner));
        try (Stream<Path> left = Files.list(incoming)) {
            for (Path file : left.toList()) {
                Matcher bundle = BUNDLE.matcher(file.getFileName().toString());
                if (bundle.matches()) {
                    settle(PREFIX + bundle.group(1));
                }
                Files.deleteIfExists(file);
            }
        }
    }

    /** Begins to receive a bundle. */
    public Upload receive() throws IOException {
        return new Upload(Files.createTempFile(incoming, "bundle", ".tar.gz"));
    }

    /**
     * Keeps what came, on disk before this returns; to be settled when it is decided whether an image has it. The upload
     * must be complete; it is closed by this. A bundle that is there already is replaced: it may be damaged. From here until it
     * is settled no other manager may keep or settle bundles.
     */
    public void keep(Upload upload) throws IOException {
        Path place = place(upload.digest());
        upload.sync();
        Files.write(unsettled(place), new byte[0]);
        sync(incoming);
        Files.createDirectories(parent(place));
        Files.move(upload.file(), place, StandardCopyOption.ATOMIC_MOVE);
        sync(parent(place));
        sync(bundles);
        upload.close();
    }

    /** Deletes a kept bundle if no image has come to refer to it. */
    public void settle(String digest) throws IOException {
        Path place = place(digest);
        if (!isReferred.test(digest)) {
            Files.deleteIfExists(place);
        }
        Files.deleteIfExists(unsettled(place));
    }

    private Path unsettled(Path place) {
        return incoming.resolve(place.getFileName());
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
