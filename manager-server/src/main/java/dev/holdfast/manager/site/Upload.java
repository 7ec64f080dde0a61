package dev.holdfast.manager.site;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A bundle that is being received. Closing it leaves nothing behind. */
public final class Upload implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final MessageDigest sha256;
    private long size;

    Upload(Path file) throws IOException {
        this.file = file;
        channel = FileChannel.open(file, StandardOpenOption.WRITE);
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public void write(ByteBuffer data) throws IOException {
        size += data.remaining();
        sha256.update(data.duplicate());
        while (data.hasRemaining()) {
            channel.write(data);
        }
    }

    /** In bytes. */
    public long size() {
        return size;
    }

    /** "sha256:hex" of what came so far. */
    public String digest() {
        try {
            MessageDigest soFar = (MessageDigest) sha256.clone();
            return "sha256:" + HexFormat.of().formatHex(soFar.digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }

    public Path file() {
        return file;
    }

    void sync() throws IOException {
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
    }
}
