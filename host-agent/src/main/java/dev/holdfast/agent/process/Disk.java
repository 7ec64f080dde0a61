package dev.holdfast.agent.process;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The room on the file system that a directory is on. */
public interface Disk {
    long GIB = 1L << 30;

    long free() throws IOException;

    /** What is to stay free, for everything else that writes there. */
    long reserve() throws IOException;

    /**
     * Of a directory that is there when it is asked.
     *
     * @param reserve null for a gibibyte, or a twentieth of a smaller file system
     */
    static Disk of(Path directory, @Nullable Long reserve) {
        return new Disk() {
            @Override
            public long free() throws IOException {
                return store().getUsableSpace();
            }

            @Override
            public long reserve() throws IOException {
                return reserve == null ? Math.min(GIB, store().getTotalSpace() / 20) : reserve;
            }

            private FileStore store() throws IOException {
                return Files.getFileStore(directory);
            }
        };
    }
}
