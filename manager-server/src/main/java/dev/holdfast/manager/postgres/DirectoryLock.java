package dev.holdfast.manager.postgres;

import dev.holdfast.common.text.Reasons;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps two managers out of one data directory. The kernel frees it when the program ends, however that happens. */
public final class DirectoryLock implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DirectoryLock.class);

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    public static DirectoryLock take(Path directory) {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            FileChannel channel = FileChannel.open(
                    directory.resolve("manager.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(channel)) {
                channel.close();
                throw new PostgresException(
                        "another manager runs on " + directory + "; stop it, or choose another --data-dir", null);
            }
            return new DirectoryLock(channel);
        } catch (IOException e) {
            throw new PostgresException(
                    "the data directory " + directory + " cannot be used: " + Reasons.of(e)
                            + "; choose another --data-dir",
                    e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            log.warn("the data directory's lock was not released: {}", e.getMessage());
        }
    }
}
