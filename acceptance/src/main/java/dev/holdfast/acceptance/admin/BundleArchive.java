package dev.holdfast.acceptance.admin;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A bundle as it is published: a .tar.gz in memory. The same directory gives the same bytes. */
record BundleArchive(ByteString bytes) {
    private static final int EXECUTABLE = 0100755;

    static BundleArchive of(Path directory) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes));
                Stream<Path> files = Files.walk(directory)) {
            for (Path file : sortedFiles(files)) {
                TarArchiveEntry entry =
                        new TarArchiveEntry(directory.relativize(file).toString(), TarConstants.LF_NORMAL);
                entry.setSize(Files.size(file));
                if (Files.isExecutable(file)
                        && Files.getPosixFilePermissions(file).toString().contains("EXECUTE")) {
                    entry.setMode(EXECUTABLE);
                }
                entry.setModTime(0);
                tar.putArchiveEntry(entry);
                Files.copy(file, tar);
                tar.closeArchiveEntry();
            }
        }
        return new BundleArchive(ByteString.copyFrom(bytes.toByteArray()));
    }

    private static List<Path> sortedFiles(Stream<Path> files) {
        return files.filter(Files::isRegularFile).sorted().toList();
    }

    /** As the manager names it. */
    String digest() {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
