package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.Sockets;
import java.time.Duration;
import java.util.List;

/**
 * Takes the held sockets away from a frozen server that is to end in its own way: each of its descriptors becomes an
 * unconnected socket, so that nothing that it writes, shuts down or accepts while it ends reaches a client.
 */
public final class Severance {
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
        try {
            Injection.run("severance", WITHIN, () -> pids.forEach(pid -> sever(pid, descriptors(pid, held))));
        } catch (TakeoverException e) {
            throw new TakeoverException(FAILED + e.getMessage());
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
        Injection.in(pid, (tracee, base) -> {
            long at = tracee.space.at();
            long dummy = Tracee.checked(
                    "socket", tracee.inject(base, at, SYS_SOCKET, SocketAddresses.AF_UNIX, Sockets.SOCK_STREAM, 0));
            for (int descriptor : descriptors) {
                Tracee.checked("dup3", tracee.inject(base, at, SYS_DUP3, dummy, descriptor, Fds.O_CLOEXEC));
            }
            tracee.inject(base, at, SYS_CLOSE, dummy);
        });
    }
}
