package dev.holdfast.agent.process;

import dev.holdfast.agent.linux.Pipe;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Spawn;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.linux.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/** Starts processes. */
public final class Launcher {
    private static final int SIGKILL = 9;
    private static final int SIGCONT = 18;
    private static final Duration STOP_WITHIN = Duration.ofSeconds(20);
    private static final long LOOK_AGAIN_NANOS = 100_000;
    /** Without the go-ahead, as when the agent dies before it has noted whom it started, it ends. */
    private static final String STOP_THEN_EXEC = "read -r go && kill -STOP $$ && exec \"$@\" </dev/null";

    private Launcher() {}

    /**
     * A process that has stopped itself just before it becomes the program; SIGCONT lets it go on. It leads a
     * session of its own and has default signals, no input and no descriptors but the logs'.
     *
     * @param spawned told of the pid while nothing would stay of the process if the agent died
     * @return its pid, which stays the program's
     * @throws ProcessException when it cannot be started
     */
    public static int spawnStopped(Launch launch, IntConsumer spawned) {
        List<String> argv = new ArrayList<>(Users.prefix(launch.user()));
        argv.addAll(List.of("/bin/sh", "-c", STOP_THEN_EXEC, "sh"));
        argv.addAll(launch.argv());
        List<String> env = launch.env().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .sorted()
                .toList();
        int pid;
        try (Pipe pipe = Pipe.open()) {
            Files.createDirectories(launch.logs().stderr().toAbsolutePath().getParent());
            pid = Spawn.spawn(
                    argv,
                    env,
                    launch.workdir().toString(),
                    pipe.readEnd(),
                    launch.logs().stdout().toString(),
                    launch.logs().stderr().toString(),
                    List.of());
            tell(spawned, pid);
            pipe.writeLine();
        } catch (SyscallException | IOException e) {
            throw new ProcessException(
                    launch.argv().getFirst() + " cannot be started in " + launch.workdir() + ": " + e.getMessage(), e);
        }
        awaitStop(pid, launch, STOP_WITHIN);
        return pid;
    }

    private static void tell(IntConsumer spawned, int pid) {
        try {
            spawned.accept(pid);
        } catch (RuntimeException | Error e) {
            end(pid);
            throw e;
        }
    }

    /** As {@link #spawnStopped(Launch, IntConsumer)}, with nobody to tell. */
    public static int spawnStopped(Launch launch) {
        return spawnStopped(launch, _ -> {});
    }

    /** As {@link #spawnStopped(Launch)}, and lets it go on. */
    public static int start(Launch launch) {
        int pid = spawnStopped(launch);
        resume(pid);
        return pid;
    }

    /** Lets a process that {@link #spawnStopped} made become its program. */
    public static void resume(int pid) {
        Processes.kill(pid, SIGCONT);
    }

    /** It takes a few milliseconds, unless what gives the process its user waits for a directory service. */
    static void awaitStop(int pid, Launch launch, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        Optional<Wait.Status> waited = Wait.waitpid(pid, Wait.WUNTRACED | Wait.WNOHANG);
        while (waited.isEmpty()) {
            if (System.nanoTime() > deadline) {
                end(pid);
                throw new ProcessException(launch.argv().getFirst() + " was not about to begin within "
                        + within.toMillis() + " ms: looking up the groups of its user may take that long");
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            waited = Wait.waitpid(pid, Wait.WUNTRACED | Wait.WNOHANG);
        }
        Wait.Status status = waited.get();
        if (!status.stopped()) {
            String as = launch.user() == null ? "" : " as user " + launch.user();
            throw new ProcessException(launch.argv().getFirst() + " cannot be started" + as + ": the shell before it "
                    + status.describe() + launch.logs().lastWords());
        }
        if (status.stopSignal() != 19) {
            end(pid);
            throw new ProcessException(launch.argv().getFirst() + " was " + status.describe() + " before it began");
        }
    }

    private static void end(int pid) {
        Processes.kill(pid, SIGKILL);
        Wait.waitpid(pid, 0);
    }
}
