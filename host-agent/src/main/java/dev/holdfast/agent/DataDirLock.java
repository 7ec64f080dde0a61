package dev.holdfast.agent;

import dev.holdfast.common.text.Reasons;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** One agent at a time on a data directory: two would each take the other's servers for their own. */
final class DataDirLock implements AutoCloseable {
    private final FileChannel channel;

    private DataDirLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the directory, which is made when it is not there.
     *
     * @throws IOException naming the agent that has it
     */
    static DataDirLock take(Path dataDir) throws IOException {
        Path file = dataDir.resolve("agent.lock");
        FileChannel channel = open(dataDir, file);
        if (tryLock(channel) == null) {
            String pid = Files.readString(file).strip();
            channel.close();
            throw new IOException("data directory " + dataDir + " is in use by the agent with pid " + pid
                    + ": stop it, or give another --data-dir");
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
        return new DataDirLock(channel);
    }

    private static FileChannel open(Path dataDir, Path file) throws IOException {
        try {
            Files.createDirectories(dataDir);
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(
                    "data directory " + dataDir + " cannot be used: " + Reasons.of(e) + "; give another --data-dir", e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
