package dev.holdfast.agent.cycle;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import dev.holdfast.agent.process.Boot;
import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.ProcessIdentity;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a cycle is about to do, a JSON line for each step, written before the step is taken. Its room on the disk is taken
 * before the first step, as empty lines, so that a disk that is full is found out while there is nothing to undo. It is not
 * synced: what it protects, open sockets, does not outlive the kernel either.
 */
final class Journal implements AutoCloseable {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
    private static final String SUFFIX = ".journal";
    private static final int ROOM = 64 * 1024;
    private static final Duration LONG = Duration.ofDays(365);
    private static final Gson GSON = new Gson();

    private final Path file;
    private @Nullable RandomAccessFile out;

    private Journal(Path file) {
        this.file = file;
    }

    /**
     * A step.
     *
     * @param from what the process runs before the cycle, and again if it is undone
     * @param image what it is to run
     * @param reason why the cycle goes back, if it does
     * @param old the process that is replaced
     * @param members of its server when it was to be stopped
     * @param parking who keep the sockets should the agent die
     * @param started the process that was started instead; null before there is one
     * @param handedOver whether that one has everything and is free to run
     * @param processes in how many processes of the old server connections were
     * @param known what is known of single connections
     * @param staying what the old server goes on with; null from an agent that knew of none
     * @param boot of the kernel to which all this belongs
     */
    record Entry(
            String cycleId,
            String processId,
            ImageRef from,
            ImageRef image,
            State state,
            String reason,
            ProcessIdentity old,
            List<ProcessIdentity> members,
            List<ProcessIdentity> parking,
            @Nullable ProcessIdentity started,
            boolean handedOver,
            int processes,
            Outcomes.Known known,
            @Nullable Staying staying,
            String boot) {

        boolean isOfThisBoot() {
            return boot.equals(Boot.id());
        }

        /** A line that was torn may be JSON and yet not whole. */
        @SuppressWarnings("ConstantValue")
        private boolean isWhole() {
            return Stream.of(cycleId, processId, from, image, state, reason, old, members, parking, known, boot)
                    .allMatch(part -> part != null);
        }
    }

    /**
     * The journal of a cycle, there or not.
     *
     * @throws IllegalArgumentException for an id that cannot be a file's name
     */
    static Journal of(Path directory, String cycleId) {
        if (!ID.matcher(cycleId).matches()) {
            throw new IllegalArgumentException("'" + cycleId
                    + "' cannot be the id of a cycle: at most 64 letters, digits," + " hyphens and underscores can");
        }
        return new Journal(directory.resolve(cycleId + SUFFIX));
    }

    /** Journals of cycles that did not end. */
    static List<Journal> unfinished(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .map(Journal::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the journals in " + directory + " cannot be read", e);
        }
    }

    /** Writes a step. One that fails may be written again: it leaves no more than a torn line. */
    void append(Entry entry) {
        byte[] line = (GSON.toJson(entry) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            if (out == null) {
                out = opened();
            }
            long start = out.getFilePointer();
            try {
                out.write(line);
            } catch (IOException e) {
                out.seek(start);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the journal " + file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** At the line behind the last one, torn or not, with room behind that. */
    private RandomAccessFile opened() throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw");
        try {
            byte[] before = new byte[(int) opened.length()];
            opened.readFully(before);
            int end = before.length;
            while (end > 0 && before[end - 1] == '\n') {
                end--;
            }
            opened.seek(end);
            byte[] room = new byte[ROOM];
            Arrays.fill(room, (byte) '\n');
            opened.write(room);
            opened.seek(end == 0 ? 0 : end + 1L);
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    /** The last step that was written whole; empty when not even the first was. */
    Optional<Entry> last() {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isEmpty())
                    .flatMap(line -> parse(line).stream())
                    .reduce((_, second) -> second);
        } catch (IOException e) {
            throw new UncheckedIOException("the journal " + file + " cannot be read", e);
        }
    }

    /** Empty for a torn line: the agent died while it wrote it. */
    private static Optional<Entry> parse(String line) {
        try {
            return Optional.ofNullable(GSON.fromJson(line, Entry.class)).filter(Entry::isWhole);
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }

    /** For how long nothing has been written; for ever, when the clock does not tell. */
    Duration age() {
        try {
            Duration age = Duration.between(Files.getLastModifiedTime(file).toInstant(), Instant.now());
            return age.isNegative() ? LONG : age;
        } catch (IOException e) {
            return LONG;
        }
    }

    boolean exists() {
        return Files.exists(file);
    }

    /** The cycle is over and its report is kept. */
    void delete() {
        close();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the journal " + file + " cannot be removed", e);
        }
    }

    @Override
    public void close() {
        if (out != null) {
            try {
                out.close();
            } catch (IOException e) {
                throw new UncheckedIOException("the journal " + file + " cannot be closed", e);
            } finally {
                out = null;
            }
        }
    }
}
