package dev.holdfast.agent.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Pids, clock ticks and sockets begin anew with every boot of the kernel; random(4). */
public final class Boot {
    private Boot() {}

    /** A random id of this one. */
    public static String id() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            throw new ProcessException("/proc is not mounted: " + e.getMessage(), e);
        }
    }
}
