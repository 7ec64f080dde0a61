package dev.holdfast.agent.process;

import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.SyscallException;
import java.io.File;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongConsumer;

/** Which sockets a process has open: the links of /proc/PID/fd that read "socket:[INODE]". */
final class SocketInodes {
    private static final String PREFIX = "socket:[";

    private SocketInodes() {}

    /** Of all those processes; what is gone or may not be looked at has none. */
    static Set<Long> of(Iterable<Integer> pids) {
        Set<Long> inodes = new HashSet<>();
        pids.forEach(pid -> visit(pid, inodes::add));
        return inodes;
    }

    /**
     * Hands over every socket's inode, once for each descriptor.
     *
     * @return how many descriptors were looked at
     */
    static int visit(int pid, LongConsumer inode) {
        String directory = "/proc/" + pid + "/fd";
        String[] names = new File(directory).list();
        if (names == null) {
            return 0;
        }
        try (Fds.LinkReader links = new Fds.LinkReader(directory)) {
            for (String name : names) {
                String target = links.read(name);
                if (target.startsWith(PREFIX)) {
                    inode.accept(Long.parseLong(target.substring(PREFIX.length(), target.length() - 1)));
                }
            }
        } catch (SyscallException e) {
            return 0;
        }
        return names.length;
    }
}
