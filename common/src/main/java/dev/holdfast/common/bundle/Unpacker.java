package dev.holdfast.common.bundle;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** Writes a bundle's files below a directory of its own, which gets its name when all is there. */
final class Unpacker {
    /** Two of one bundle at a time would share the unfinished directory. */
    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

    private final Path root;
    /** Made last: while files are written there is no link to write through. */
    private final List<Item.SymbolicLink> links = new ArrayList<>();

    private Unpacker(Path root) {
        this.root = root;
    }

    static void unpack(Path tarGz, Path dir) throws IOException {
        ONE_AT_A_TIME.lock();
        try {
            if (!Files.exists(dir)) {
                unpackNew(tarGz, dir.toAbsolutePath());
            }
        } finally {
            ONE_AT_A_TIME.unlock();
        }
    }

    private static void unpackNew(Path tarGz, Path dir) throws IOException {
        Path unfinished = dir.resolveSibling(dir.getFileName() + ".tmp");
        delete(unfinished);
        try (BundleReader reader = new BundleReader(tarGz)) {
            makeDirectory(unfinished);
            new Unpacker(unfinished).writeAll(reader);
            Files.move(unfinished, dir, StandardCopyOption.ATOMIC_MOVE);
            sync(dir.resolveSibling("."));
        } catch (IOException e) {
            delete(unfinished);
            throw e;
        }
    }

    private void writeAll(BundleReader reader) throws IOException {
        for (Item item = reader.next(); item != null; item = reader.next()) {
            Path path = root.resolve(item.path());
            makeDirectory(path.resolveSibling("."));
            switch (item) {
                case Item.Directory _ -> makeDirectory(path);
                case Item.File content -> write(path, content.file(), reader);
                case Item.SymbolicLink link -> links.add(link);
                case Item.HardLink link -> Files.createLink(path, root.resolve(link.file()));
            }
        }
        reader.listing();
        for (Item.SymbolicLink link : links) {
            Files.createSymbolicLink(root.resolve(link.path()), Path.of(link.target()));
        }
        syncDirectories();
    }

    private static void write(Path path, BundleEntry.File file, BundleReader reader) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                OutputStream out = Channels.newOutputStream(channel)) {
            reader.copyContent(out);
            Files.setPosixFilePermissions(
                    path, PosixFilePermissions.fromString(file.executable() ? "rwxr-xr-x" : "rw-r--r--"));
            channel.force(true);
        }
    }

    /** Also the ones above it; whatever the umask is, servers that run as others may read it. */
    private static void makeDirectory(Path given) throws IOException {
        Path dir = given.normalize();
        if (!Files.isDirectory(dir, LinkOption.NOFOLLOW_LINKS)) {
            makeDirectory(dir.resolveSibling("."));
            Files.createDirectory(dir);
            Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private void syncDirectories() throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path dir : walk.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                sync(dir);
            }
        }
    }

    private static void sync(Path dir) throws IOException {
        try (FileChannel channel = FileChannel.open(dir, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void delete(Path dir) throws IOException {
        if (!Files.exists(dir, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(dir)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
