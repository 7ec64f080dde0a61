package dev.holdfast.agent.takeover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What /proc/TID/status says of a thread, proc(5).
 *
 * @param process the process that it belongs to
 * @param parent of that process
 * @param tracer the thread that traces it, 0 for none
 * @param state R, S, D, Z (it has ended) and so on
 */
record ThreadStatus(int process, int parent, int tracer, char state) {
    /** Empty when there is no such thread: it has ended, and its tracer knows. */
    static Optional<ThreadStatus> of(int tid) {
        int process = tid;
        int parent = 0;
        int tracer = 0;
        char state = ' ';
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + tid + "/status"))) {
                if (line.startsWith("Tgid:")) {
                    process = Integer.parseInt(line.substring(5).strip());
                } else if (line.startsWith("PPid:")) {
                    parent = Integer.parseInt(line.substring(5).strip());
                } else if (line.startsWith("TracerPid:")) {
                    tracer = Integer.parseInt(line.substring(10).strip());
                } else if (line.startsWith("State:")) {
                    state = line.substring(6).strip().charAt(0);
                }
            }
            return Optional.of(new ThreadStatus(process, parent, tracer, state));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    boolean hasEnded() {
        return state == 'Z' || state == 'X';
    }
}
