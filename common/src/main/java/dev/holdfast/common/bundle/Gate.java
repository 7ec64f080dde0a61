package dev.holdfast.common.bundle;

import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/** Lets entries of an archive in, or refuses what could not be unpacked safely. Remembers what came. */
final class Gate {
    private static final int MAX_ENTRIES = 200_000;
    private static final long MAX_BYTES = 16L << 30;
    private static final int ANY_EXECUTE_BIT = 0111;

    private final TreeMap<String, BundleEntry> seen = new TreeMap<>();
    private int entries;
    private long bytes;

    /** Empty for the entry of the bundle itself ("./"). */
    Optional<Item> admit(TarArchiveEntry entry) throws BundleException {
        entries++;
        if (entries > MAX_ENTRIES) {
            throw new BundleException("the bundle is refused: it has more than " + MAX_ENTRIES + " entries");
        }
        String path = BundlePath.normal(entry.getName());
        if (path.isEmpty()) {
            return Optional.empty();
        }
        requireDirectories(BundleListing.parent(path), path);
        Item item = item(path, entry);
        remember(path, what(item));
        return Optional.of(item);
    }

    /** Everything that was admitted, once all of it was. */
    BundleListing listing() throws BundleException {
        if (seen.values().stream().noneMatch(BundleEntry.File.class::isInstance)) {
            throw new BundleException("the bundle is refused: it holds no file");
        }
        BundleListing listing = new BundleListing(seen);
        Optional<String> bad = listing.firstBadLink();
        if (bad.isPresent()) {
            throw BundlePath.refused(
                    bad.get(),
                    "is a symbolic link that leaves the bundle, or leads in circles;"
                            + " links must stay in it and be relative");
        }
        return listing;
    }

    private Item item(String path, TarArchiveEntry entry) throws BundleException {
        return switch (entry.getLinkFlag()) {
            case TarConstants.LF_DIR -> new Item.Directory(path);
            case TarConstants.LF_SYMLINK -> new Item.SymbolicLink(path, target(path, entry.getLinkName()));
            case TarConstants.LF_LINK -> new Item.HardLink(path, BundlePath.normal(entry.getLinkName()));
            case TarConstants.LF_NORMAL,
                    TarConstants.LF_OLDNORM,
                    TarConstants.LF_CONTIG,
                    TarConstants.LF_GNUTYPE_SPARSE ->
                entry.getName().endsWith("/") ? new Item.Directory(path) : new Item.File(path, file(path, entry));
            case TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO ->
                throw BundlePath.refused(path, "is a device or a pipe; leave it out");
            default ->
                throw BundlePath.refused(
                        path, "is of a kind that a bundle cannot hold (a file, directory or link can)");
        };
    }

    private static String target(String path, String target) throws BundleException {
        if (target.isEmpty() || target.indexOf('\0') >= 0) {
            throw BundlePath.refused(path, "is a symbolic link to nothing");
        }
        return target;
    }

    private BundleEntry.File file(String path, TarArchiveEntry entry) throws BundleException {
        long size = entry.getRealSize();
        bytes += size;
        if (size < 0 || bytes > MAX_BYTES) {
            throw BundlePath.refused(path, "makes the bundle larger than " + (MAX_BYTES >> 30) + " GiB unpacked");
        }
        return new BundleEntry.File((entry.getMode() & ANY_EXECUTE_BIT) != 0, size);
    }

    private BundleEntry what(Item item) throws BundleException {
        return switch (item) {
            case Item.Directory _ -> new BundleEntry.Directory();
            case Item.File content -> content.file();
            case Item.SymbolicLink link -> new BundleEntry.Link(link.target());
            case Item.HardLink(String path, String other) -> {
                if (seen.get(other) instanceof BundleEntry.File file) {
                    yield file;
                }
                throw BundlePath.refused(
                        path, "is a hard link to '" + other + "', which is not a file before it in the bundle");
            }
        };
    }

    /** A file or a link where a directory is needed would be written through. */
    private void requireDirectories(String dir, String path) throws BundleException {
        if (dir.isEmpty() || seen.get(dir) instanceof BundleEntry.Directory) {
            return;
        }
        if (seen.containsKey(dir)) {
            throw BundlePath.refused(path, "is below '" + dir + "', which is not a directory");
        }
        requireDirectories(BundleListing.parent(dir), path);
        seen.put(dir, new BundleEntry.Directory());
    }

    private void remember(String path, BundleEntry entry) throws BundleException {
        @Nullable BundleEntry before = seen.put(path, entry);
        if (before != null && !(before instanceof BundleEntry.Directory && entry instanceof BundleEntry.Directory)) {
            throw BundlePath.refused(path, "is there twice");
        }
    }
}
