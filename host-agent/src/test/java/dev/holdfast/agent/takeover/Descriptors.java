package dev.holdfast.agent.takeover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What processes have open; proc_pid_fd(5). */
final class Descriptors {
    private static final int SELF = (int) ProcessHandle.current().pid();

    private Descriptors() {}

    /**
     * How many of a process are of that kind.
     *
     * @param kind how what they lead to begins, as "socket:" or "anon_inode:[pidfd]"
     */
    static long count(int pid, String kind) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return descriptors.filter(one -> leadsTo(one, kind)).count();
        }
    }

    static long ownPidfds() throws IOException {
        return count(SELF, "anon_inode:[pidfd]");
    }

    /** How many sockets of IPv4 of this process are connected to that port, as Java's own, of IPv6, are not; proc_pid_net(5). */
    static long bells(int port) throws IOException {
        Set<Long> own = SocketTable.inodes(List.of(SELF));
        String remote = ":%04X".formatted(port);
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/net/tcp"))) {
            return lines.map(line -> line.strip().split(" +"))
                    .filter(fields -> fields[2].endsWith(remote) && own.contains(Long.parseLong(fields[9])))
                    .count();
        }
    }

    private static boolean leadsTo(Path descriptor, String kind) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith(kind);
        } catch (IOException e) {
            return false;
        }
    }
}
