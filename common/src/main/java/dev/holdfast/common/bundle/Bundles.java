package dev.holdfast.common.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What is done with bundles. */
public final class Bundles {
    private Bundles() {}

    /**
     * Makes a checked .tar.gz of a directory, the same bytes for the same files, or of a .tar.gz a checked copy.
     *
     * @throws BundleException when what it holds is refused; outTarGz is not left behind
     */
    public static void pack(Path dirOrTarGz, Path outTarGz) throws IOException {
        if (!Files.exists(dirOrTarGz)) {
            throw new BundleException(dirOrTarGz + " does not exist; a bundle is a directory or a .tar.gz file");
        }
        try {
            if (Files.isDirectory(dirOrTarGz)) {
                Packer.pack(dirOrTarGz, outTarGz);
            } else {
                Files.copy(dirOrTarGz, outTarGz, StandardCopyOption.REPLACE_EXISTING);
            }
            inspect(outTarGz);
        } catch (IOException e) {
            Files.deleteIfExists(outTarGz);
            throw e;
        }
    }

    /** "sha256:" and 64 lower-case hexadecimal digits. */
    public static String digest(Path file) throws IOException {
        MessageDigest sha256 = sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
        }
        return "sha256:" + HexFormat.of().formatHex(sha256.digest());
    }

    /**
     * Reads a bundle to its end and says what it holds.
     *
     * @throws BundleException when it is damaged, cut short or too large, or holds what would not stay in its directory
     */
    public static BundleListing inspect(Path tarGz) throws IOException {
        try (BundleReader reader = new BundleReader(tarGz)) {
            while (reader.next() != null) {
                reader.copyContent(OutputStream.nullOutputStream());
            }
            return reader.listing();
        }
    }

    /**
     * Unpacks a bundle: the directory appears whole, synced to disk and readable by everyone, or not at all. A directory
     * that is there already was made so before and is left as it is.
     *
     * @throws BundleException as {@link #inspect} does
     */
    public static void unpack(Path tarGz, Path dir) throws IOException {
        if (!Files.exists(tarGz)) {
            throw new NoSuchFileException(tarGz.toString());
        }
        Unpacker.unpack(tarGz, dir);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
