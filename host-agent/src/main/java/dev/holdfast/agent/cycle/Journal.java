package dev.holdfast.agent.cycle;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a cycle is about to do, a JSON line for each step, written before the step is taken. It is not synced: what it
 * protects, open sockets, does not outlive the kernel either.
 */
final class Journal {
    private static final String SUFFIX = ".journal";
    private static final Gson GSON = new Gson();

    private final Path file;

    private Journal(Path file) {
        this.file = file;
    }

    /**
     * A step.
     *
     * @param old the process that is replaced
     * @param parking who keeps the sockets should the agent die; null before there is one
     * @param started the process that was started instead; null before there is one
     */
    record Entry(
            String cycleId,
            String processId,
            ImageRef image,
            State state,
            @Nullable ProcessIdentity old,
            @Nullable ProcessIdentity parking,
            @Nullable ProcessIdentity started) {}

    static Journal of(Path directory, String cycleId) {
        try {
            Files.createDirectories(directory);
            return new Journal(directory.resolve(cycleId + SUFFIX));
        } catch (IOException e) {
            throw new UncheckedIOException("the journal cannot be kept in " + directory, e);
        }
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

    void append(Entry entry) {
        try {
            Files.writeString(file, GSON.toJson(entry) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("the journal " + file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** The last step that was written whole; empty when not even the first was. */
    Optional<Entry> last() {
        List<Entry> entries = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                entries.add(GSON.fromJson(line, Entry.class));
            }
        } catch (JsonParseException e) {
            // The agent died while it wrote this line: the step before is where it was.
        } catch (IOException e) {
            throw new UncheckedIOException("the journal " + file + " cannot be read", e);
        }
        return entries.isEmpty() ? Optional.empty() : Optional.of(entries.getLast());
    }

    /** The cycle is over and its report is kept. */
    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the journal " + file + " cannot be removed", e);
        }
    }
}
