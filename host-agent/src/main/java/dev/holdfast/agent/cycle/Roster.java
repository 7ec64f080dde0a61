package dev.holdfast.agent.cycle;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.takeover.HeldConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Which connections a cycle has in hand, on disk beside its journal: so that each of them is reported, whatever becomes of
 * the agent and of the processes that have them.
 */
final class Roster {
    private static final Gson GSON = new Gson();

    private final Path file;
    private final Map<Long, Long> written = new HashMap<>();

    /**
     * A connection by its socket's inode, and what people know it by.
     *
     * @param read how many bytes its server had read
     */
    record Line(long inode, String local, String peer, long read) {
        Line with(long nowRead) {
            return new Line(inode, local, peer, nowRead);
        }
    }

    /** Of one that is in it already; clients wait for some of these, and the names are most of a line. */
    private record Reading(long inode, long read) {}

    private Roster(Path file) {
        this.file = file;
    }

    static Roster of(Path directory, String cycleId) {
        return new Roster(directory.resolve(cycleId + ".connections"));
    }

    /** How much of a connection's data had been read when it was last added; 0 when it was not. */
    long read(HeldConnection connection) {
        return written.getOrDefault(connection.inode(), 0L);
    }

    /** Adds those that are not in it yet, or of which more has been read. */
    void add(Collection<HeldConnection> connections, ToLongFunction<HeldConnection> read) {
        Map<Long, Long> now = new HashMap<>();
        StringBuilder lines = new StringBuilder();
        for (HeldConnection connection : connections) {
            long bytes = read.applyAsLong(connection);
            Long before = written.get(connection.inode());
            if (before == null || before != bytes) {
                now.put(connection.inode(), bytes);
                String line = GSON.toJson(
                        before == null
                                ? new Line(
                                        connection.inode(),
                                        SocketAddresses.text(connection.local()),
                                        SocketAddresses.text(connection.peer()),
                                        bytes)
                                : new Reading(connection.inode(), bytes));
                lines.append(line).append('\n');
            }
        }
        if (lines.isEmpty()) {
            return;
        }
        try {
            Files.writeString(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            written.putAll(now);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the list of connections " + file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** All of an earlier agent's, by inode. */
    Map<Long, Line> read() {
        Map<Long, Line> all = new LinkedHashMap<>();
        try {
            for (String text : Files.readAllLines(file)) {
                Line line = parse(text);
                if (line.inode() != 0) {
                    all.merge(line.inode(), line, (known, later) -> known.with(later.read()));
                }
            }
        } catch (NoSuchFileException e) {
            // It had not held any.
        } catch (IOException e) {
            throw new UncheckedIOException("the list of connections " + file + " cannot be read", e);
        }
        all.forEach((inode, line) -> written.put(inode, line.read()));
        return all;
    }

    private static Line parse(String text) {
        try {
            return GSON.fromJson(text, Line.class);
        } catch (JsonParseException e) {
            // The agent died while it wrote this line: it had not begun with these connections.
            return new Line(0, "", "", 0);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the list of connections " + file + " cannot be removed", e);
        }
    }
}
