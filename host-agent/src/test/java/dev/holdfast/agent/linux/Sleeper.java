package dev.holdfast.agent.linux;

import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A child that sleeps, until it is closed. */
final class Sleeper implements AutoCloseable {
    private static final int SIGKILL = 9;
    private static final String CLOCK_NANOSLEEP = "230 ";

    final int pid;

    Sleeper(OwnedFd... inherited) {
        pid = Spawn.spawn(
                List.of("/bin/sleep", "600"),
                List.of("PATH=/usr/bin:/bin", "LANG=C"),
                "/",
                "/dev/null",
                "/dev/null",
                List.of(inherited));
        await().until(() ->
                Files.readString(Path.of("/proc/" + pid + "/syscall")).startsWith(CLOCK_NANOSLEEP));
    }

    /** Kills and reaps it. */
    @Override
    public void close() {
        Processes.kill(pid, SIGKILL);
        Wait.waitpid(pid, Wait.WALL);
    }
}
