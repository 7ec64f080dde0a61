package dev.holdfast.common.bundle;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** Reads a bundle entry by entry to its very end, so that its checksum is checked too. */
final class BundleReader implements Closeable {
    private static final long MAX_HEADER_BYTES = 1 << 20;

    private final InputStream file;
    private final MeteredInputStream meter;
    private final TarArchiveInputStream tar;
    private final Gate gate = new Gate();
    private final byte[] buffer = new byte[1 << 16];

    BundleReader(Path tarGz) throws IOException {
        file = Files.newInputStream(tarGz);
        try {
            meter = new MeteredInputStream(new GZIPInputStream(file, 1 << 16));
        } catch (IOException e) {
            file.close();
            throw new BundleException("the bundle is not a .tar.gz file, or is cut short at its beginning", e);
        }
        tar = new TarArchiveInputStream(meter, "UTF-8");
    }

    /** The next entry, whose content is to be copied before the next call; null at the end. */
    @Nullable
    Item next() throws IOException {
        for (TarArchiveEntry entry = header(); entry != null; entry = header()) {
            Optional<Item> item = gate.admit(entry);
            meter.allow(entry.getSize() + MAX_HEADER_BYTES);
            if (item.isPresent()) {
                return item.get();
            }
        }
        drain();
        return null;
    }

    /** Copies what the entry holds; nothing for what is not a file. */
    void copyContent(OutputStream out) throws IOException {
        for (int n = content(); n >= 0; n = content()) {
            out.write(buffer, 0, n);
        }
    }

    /** What was read, once {@link #next} gave null. */
    BundleListing listing() throws BundleException {
        return gate.listing();
    }

    private @Nullable TarArchiveEntry header() throws IOException {
        meter.allow(MAX_HEADER_BYTES);
        try {
            return tar.getNextEntry();
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(e);
        }
    }

    private int content() throws IOException {
        try {
            return tar.read(buffer);
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    /** Padding after the archive's end, up to the checksum. */
    private void drain() throws IOException {
        meter.allow(MAX_HEADER_BYTES);
        try {
            meter.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    private static BundleException damaged(Exception e) {
        return e instanceof BundleException refused
                ? refused
                : new BundleException(
                        "the bundle is damaged or cut short (" + e.getMessage() + "); pack it again, or send it whole",
                        e);
    }

    @Override
    public void close() throws IOException {
        tar.close();
        file.close();
    }
}
