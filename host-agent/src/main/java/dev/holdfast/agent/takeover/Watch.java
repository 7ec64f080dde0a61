package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.ProcFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process waits for with epoll(7), as /proc/PID/fdinfo tells it: a registration belongs to the socket and not to the
 * number, so that another socket in its place has to be registered anew.
 */
record Watch(int epoll, int fd, long inode, int events, long data) {
    /** struct epoll_event, packed on x86-64: events and data. */
    static final int EVENT_SIZE = 12;

    private static final String EPOLL = "anon_inode:[eventpoll]";
    private static final Pattern LINE =
            Pattern.compile("tfd:\\s*(\\d+) events:\\s*([0-9a-f]+) data:\\s*([0-9a-f]+) .*\\bino:([0-9a-f]+) .*");

    /** All of a process that stands still. */
    static List<Watch> of(int pid) {
        List<Watch> found = new ArrayList<>();
        String directory = "/proc/" + pid + "/fd";
        try (Fds.LinkReader links = new Fds.LinkReader(directory)) {
            for (String name : ProcFiles.names(directory)) {
                if (links.read(name).equals(EPOLL)) {
                    int epoll = Integer.parseInt(name);
                    lines(pid, epoll).forEach(line -> add(epoll, line, found));
                }
            }
        }
        return found;
    }

    private static List<String> lines(int pid, int epoll) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/fdinfo/" + epoll));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(int epoll, String line, List<Watch> found) {
        Matcher parts = LINE.matcher(line);
        if (parts.matches()) {
            found.add(new Watch(
                    epoll,
                    Integer.parseInt(parts.group(1)),
                    Long.parseLong(parts.group(4), 16),
                    Integer.parseUnsignedInt(parts.group(2), 16),
                    Long.parseUnsignedLong(parts.group(3), 16)));
        }
    }

    /** As epoll_ctl(2) wants it. */
    byte[] event() {
        return ByteBuffer.allocate(EVENT_SIZE)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(events)
                .putLong(data)
                .array();
    }
}
