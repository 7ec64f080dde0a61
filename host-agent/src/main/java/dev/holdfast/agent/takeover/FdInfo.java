package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Fds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** /proc/PID/fd and /proc/PID/fdinfo, proc(5). */
final class FdInfo {
    private FdInfo() {}

    /** The inode of the socket that a descriptor is; -1 for anything else. */
    static long inode(int pid, long fd) {
        try {
            return Fds.socketInode(Files.readSymbolicLink(Path.of("/proc/" + pid + "/fd/" + fd))
                    .toString());
        } catch (IOException e) {
            return -1;
        }
    }

    static boolean closeOnExec(int pid, int fd) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/fdinfo/" + fd))) {
                if (line.startsWith("flags:")) {
                    return (Long.parseLong(line.substring(6).strip(), 8) & Fds.O_CLOEXEC) != 0;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
