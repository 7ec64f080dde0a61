package dev.holdfast.cli.image;

import dev.holdfast.common.bundle.BundleListing;
import dev.holdfast.common.bundle.Bundles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A checked bundle that can be uploaded; a directory is packed into a file that is gone when this is closed. */
record PackedBundle(Path file, boolean temporary, BundleListing listing, String digest, long size)
        implements AutoCloseable {
    static PackedBundle of(Path source) throws IOException {
        if (!Files.isDirectory(source)) {
            return checked(source, false);
        }
        Path packed = Files.createTempFile("holdfast-bundle-", ".tar.gz");
        try {
            Bundles.pack(source, packed);
            return checked(packed, true);
        } catch (IOException e) {
            Files.deleteIfExists(packed);
            throw e;
        }
    }

    private static PackedBundle checked(Path file, boolean temporary) throws IOException {
        return new PackedBundle(file, temporary, Bundles.inspect(file), Bundles.digest(file), Files.size(file));
    }

    @Override
    public void close() throws IOException {
        if (temporary) {
            Files.deleteIfExists(file);
        }
    }
}
