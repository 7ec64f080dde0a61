package dev.holdfast.manager.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Whose uploads are whose, in a directory that several managers share. */
public final class Owner {
    private Owner() {}

    /**
     * The one that the data directory belongs to, which is made the first time.
     *
     * @throws IOException when it cannot be kept, or is damaged
     */
    public static String of(Path dataDir) throws IOException {
        Path file = dataDir.resolve("site-owner");
        if (!Files.exists(file)) {
            Files.writeString(file, UUID.randomUUID().toString());
        }
        String text = Files.readString(file).strip();
        try {
            return UUID.fromString(text).toString();
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " holds no UUID: remove it, and a new one is made", e);
        }
    }
}
