package dev.holdfast.agent.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a server's output goes: both files are appended to.
 *
 * @param errorStart bytes that the stderr file held before this launch
 */
public record LogFiles(Path stdout, Path stderr, long errorStart) {
    private static final int TAIL_BYTES = 4096;
    private static final int TAIL_LINES = 5;

    /** DIR/NAME for both kinds of output: "stdout.log", "stderr.log". */
    static LogFiles in(Path directory) {
        return of(directory.resolve("stdout.log"), directory.resolve("stderr.log"));
    }

    static LogFiles of(Path stdout, Path stderr) {
        long size;
        try {
            size = Files.size(stderr);
        } catch (IOException e) {
            // Not there yet.
            size = 0;
        }
        return new LogFiles(stdout, stderr, size);
    }

    /** As {@link #lastWords}, of a process that is known by its directory only. */
    static String last(Path directory) {
        return new LogFiles(directory.resolve("stdout.log"), directory.resolve("stderr.log"), 0).lastWords();
    }

    /** The last lines that were written to stderr since this launch, as a part of a sentence; empty for none. */
    public String lastWords() {
        try (FileChannel channel = FileChannel.open(stderr)) {
            long from = Math.max(errorStart, channel.size() - TAIL_BYTES);
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, channel.size() - from));
            channel.read(bytes, from);
            List<String> lines = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
            if (lines.isEmpty()) {
                return "";
            }
            List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
            return "; the last it wrote to " + stderr + ": " + String.join(" | ", last);
        } catch (IOException e) {
            return "";
        }
    }
}
