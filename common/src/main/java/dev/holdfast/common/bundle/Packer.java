package dev.holdfast.common.bundle;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes a directory as a .tar.gz that depends on names, contents, links and executable bits only. */
final class Packer {
    private static final int EXECUTABLE = 0755;
    private static final int PLAIN = 0644;

    private Packer() {}

    static void pack(Path dir, Path tarGz) throws IOException {
        try (OutputStream file = Files.newOutputStream(tarGz);
                OutputStream gzip = new GZIPOutputStream(file, 1 << 16);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(gzip, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            for (Path path : sorted(dir)) {
                add(tar, path, dir.relativize(path).toString());
            }
        }
    }

    private static List<Path> sorted(Path dir) throws IOException {
        try (Stream<Path> walk = Files.walk(dir)) {
            return walk.filter(path -> !path.equals(dir)).sorted().toList();
        }
    }

    private static void add(TarArchiveOutputStream tar, Path path, String name) throws IOException {
        if (Files.isSymbolicLink(path)) {
            TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            link.setLinkName(Files.readSymbolicLink(path).toString());
            put(tar, link, 0777);
        } else if (Files.isDirectory(path)) {
            put(tar, new TarArchiveEntry(name + "/"), EXECUTABLE);
        } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            TarArchiveEntry file = new TarArchiveEntry(name);
            file.setSize(Files.size(path));
            putHeader(tar, file, Files.isExecutable(path) ? EXECUTABLE : PLAIN);
            Files.copy(path, tar);
            tar.closeArchiveEntry();
        } else {
            throw new BundleException(path + " is neither a file nor a directory nor a symbolic link; leave it out");
        }
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, int mode) throws IOException {
        putHeader(tar, entry, mode);
        tar.closeArchiveEntry();
    }

    private static void putHeader(TarArchiveOutputStream tar, TarArchiveEntry entry, int mode) throws IOException {
        entry.setMode(mode);
        entry.setModTime(0L);
        entry.setIds(0, 0);
        entry.setNames("", "");
        tar.putArchiveEntry(entry);
    }
}
