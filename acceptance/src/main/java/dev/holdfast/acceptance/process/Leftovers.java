package dev.holdfast.acceptance.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Processes that were started for an installation and are still there. */
record Leftovers(Path directory) {
    private static final int SECONDS = 5;
    private static final int ROUNDS = 5;

    /** Those whose working directory lies in the installation's, which is nobody else's. */
    List<ProcessHandle> find() {
        return ProcessHandle.allProcesses().filter(this::works).toList();
    }

    private boolean works(ProcessHandle process) {
        try {
            Path cwd = Files.readSymbolicLink(Path.of("/proc", String.valueOf(process.pid()), "cwd"));
            return cwd.startsWith(directory);
        } catch (IOException _) {
            return false;
        }
    }

    /** Kills them, and what they have started meanwhile, and waits until they are gone. */
    void kill() throws InterruptedException {
        List<ProcessHandle> found = find();
        for (int round = 0; round < ROUNDS && !found.isEmpty(); round++) {
            kill(found);
            found = find();
        }
    }

    private static void kill(List<ProcessHandle> found) throws InterruptedException {
        found.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : found) {
            try {
                process.onExit().get(SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException _) {
                // A zombie whose parent has not taken note of it yet.
            }
        }
    }
}
