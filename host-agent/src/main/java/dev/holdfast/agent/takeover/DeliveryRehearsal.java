package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.ProcFiles;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Wait;
import dev.holdfast.agent.process.Launch;
import dev.holdfast.agent.process.Launcher;
import dev.holdfast.agent.process.LogFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Delivers the connections of a rehearsal to an {@link AcceptLoop}, started after and beside another server in turns: most of
 * what a first delivery takes is the loading of its classes and the linking of its calls.
 */
final class DeliveryRehearsal {
    private static final int TIMES = 10;
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final long LOOK_AGAIN_NANOS = 200_000;
    private static final int SIGKILL = 9;
    /** What stands in /proc/PID/syscall of a process that waits in accept4(2); proc_pid_syscall(5). */
    private static final String IN_ACCEPT = "288 ";

    private static final Path NOWHERE = Path.of("/dev/null");

    private DeliveryRehearsal() {}

    static void run(HeldSockets held, int port) throws IOException {
        Path directory = Files.createTempDirectory("holdfast-rehearsal");
        try {
            Path program = AcceptLoop.write(directory, port);
            try {
                Launch launch = new Launch(
                        List.of(program.toString()), null, Map.of(), directory, new LogFiles(NOWHERE, NOWHERE, 0));
                for (int i = 0; i < TIMES; i++) {
                    deliver(held, launch, i % 2 == 1);
                }
            } finally {
                Files.delete(program);
            }
        } finally {
            Files.delete(directory);
        }
    }

    private static void deliver(HeldSockets held, Launch launch, boolean beside) {
        int pid = Launcher.spawnStopped(launch);
        try (NewServer server = beside
                ? NewServer.startBeside(pid, held.listeners(), new Probes())
                : NewServer.start(pid, held.listeners(), new Probes())) {
            awaitAccept(pid, server);
            if (beside) {
                server.standBy();
                server.attend();
                server.giveWay();
            }
            List<HeldConnection> all = List.copyOf(held.connections());
            Later later = new Later(() -> all.subList(all.size() / 2, all.size()));
            server.deliver(all.subList(0, all.size() / 2), later, 1, () -> {}, () -> {});
        } finally {
            end(pid);
        }
    }

    private static void awaitAccept(int pid, NewServer server) {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (!server.unbound().isEmpty() || !isInAccept(pid)) {
            if (System.nanoTime() > deadline || server.ended().isDone()) {
                throw new TakeoverException("the rehearsal's server does not accept: "
                        + server.ended().getNow("it has not come to it yet"));
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private static boolean isInAccept(int pid) {
        return ProcFiles.read("/proc/" + pid + "/syscall", IN_ACCEPT.length())
                .filter(IN_ACCEPT::equals)
                .isPresent();
    }

    private static void end(int pid) {
        try (OwnedFd pidfd = Processes.pidfdOpen(pid)) {
            Processes.kill(pidfd, SIGKILL);
            Processes.awaitExit(pidfd, SOON);
        }
        var _ = Wait.waitpid(pid, Wait.WALL | Wait.WNOHANG);
    }
}
