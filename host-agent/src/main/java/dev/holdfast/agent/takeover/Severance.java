package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.Wait;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Takes the held sockets away from a frozen server that is to end in its own way: each of its descriptors becomes an
 * unconnected socket, so that nothing that it writes, shuts down or accepts while it ends reaches a client.
 */
public final class Severance {
    private static final Duration STOP_WITHIN = Duration.ofSeconds(2);
    private static final Duration WITHIN = Duration.ofSeconds(5);
    private static final String FAILED = "the old server's sockets could not be taken from it: ";
    private static final long SYS_CLOSE = 3;
    private static final long SYS_SOCKET = 41;
    private static final long SYS_DUP3 = 292;

    private Severance() {}

    /**
     * All processes of the server; they stay frozen.
     *
     * @throws TakeoverException when that cannot be done; they may have lost a part of the sockets then, and are of no use
     *     any more
     */
    public static void sever(List<Integer> pids, HeldSockets held) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().name("severance").daemon().start(() -> {
            try {
                pids.forEach(pid -> sever(pid, descriptors(pid, held)));
                done.complete(null);
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        try {
            done.get(WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new TakeoverException(FAILED + (e.getCause() == null ? e : e.getCause()).getMessage());
        } catch (TimeoutException e) {
            // As when its first thread waits for one that is frozen.
            throw new TakeoverException(FAILED + "it made no system call within " + WITHIN.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TakeoverException(FAILED + "interrupted");
        }
    }

    private static List<Integer> descriptors(int pid, HeldSockets held) {
        return SocketTable.of(pid).entries().stream()
                .filter(entry -> held.holds(entry.inode()))
                .map(SocketTable.Entry::number)
                .toList();
    }

    private static void sever(int pid, List<Integer> descriptors) {
        if (descriptors.isEmpty()) {
            return;
        }
        try (Space space = new Space(pid)) {
            Ptrace.seize(pid);
            Tracee tracee = new Tracee(pid, space, _ -> {});
            Ptrace.interrupt(pid);
            if (Wait.within(pid, Wait.WALL, STOP_WITHIN).isEmpty()) {
                throw new TakeoverException("process " + pid + " did not stop");
            }
            if (!Breakpoints.isSyscall(tracee, rip(tracee) - 2)) {
                // It was stopped in its own code: to its next call, and out of that again.
                tracee.toCall();
            }
            Registers base = new Registers();
            Ptrace.registers(pid, base);
            long instruction = Breakpoints.isSyscall(tracee, base.rip()) ? base.rip() : base.rip() - 2;
            long dummy = Tracee.checked(
                    "socket",
                    tracee.inject(base, instruction, SYS_SOCKET, SocketAddresses.AF_UNIX, Sockets.SOCK_STREAM, 0));
            for (int descriptor : descriptors) {
                Tracee.checked("dup3", tracee.inject(base, instruction, SYS_DUP3, dummy, descriptor, Fds.O_CLOEXEC));
            }
            tracee.inject(base, instruction, SYS_CLOSE, dummy);
            Ptrace.setRegisters(pid, Tracee.restarted(base));
            Ptrace.detach(pid, 0);
        }
    }

    private static long rip(Tracee tracee) {
        Ptrace.registers(tracee.tid, tracee.registers);
        return tracee.registers.rip();
    }
}
