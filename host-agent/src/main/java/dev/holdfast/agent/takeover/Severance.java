package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.Wait;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Takes the held sockets away from a frozen server that is to end in its own way: each of its descriptors becomes an
 * unconnected socket, so that nothing that it writes, shuts down or accepts while it ends reaches a client.
 */
public final class Severance {
    private static final Duration STOP_WITHIN = Duration.ofSeconds(2);
    private static final long SYS_CLOSE = 3;
    private static final long SYS_SOCKET = 41;
    private static final long SYS_DUP3 = 292;

    private Severance() {}

    /** All processes of the server; they stay frozen. */
    public static void sever(List<Integer> pids, HeldSockets held) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().name("severance").daemon().start(() -> {
            try {
                pids.forEach(pid -> sever(pid, descriptors(pid, held)));
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        try {
            done.join();
        } catch (CompletionException e) {
            throw new TakeoverException("the old server's sockets could not be taken from it: "
                    + (e.getCause() == null ? e : e.getCause()).getMessage());
        }
    }

    private static List<Integer> descriptors(int pid, HeldSockets held) {
        List<Integer> found = new ArrayList<>();
        String directory = "/proc/" + pid + "/fd";
        String[] names = new File(directory).list();
        try (Fds.LinkReader links = new Fds.LinkReader(directory)) {
            for (String name : names == null ? new String[0] : names) {
                if (held.holds(Fds.socketInode(links.read(name)))) {
                    found.add(Integer.parseInt(name));
                }
            }
        }
        return found;
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
