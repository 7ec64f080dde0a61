package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Fds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** /proc/PID/fdinfo/FD, proc(5). */
final class FdInfo {
    private FdInfo() {}

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
