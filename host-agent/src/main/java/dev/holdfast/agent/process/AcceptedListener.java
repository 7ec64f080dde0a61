package dev.holdfast.agent.process;

import dev.holdfast.agent.linux.SockDiag;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * Tells from the kernel's tables whether a server that nobody traces has taken a probe's connection: one that hangs has
 * clients too, in the backlog.
 */
public final class AcceptedListener implements ProbeListener {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    @Override
    public boolean awaitAccepted(InetSocketAddress local, Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!accepted(local)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(LOOK_AGAIN);
        }
        return true;
    }

    /** The server's end of it has an inode then; or it is gone already, which takes an accept too. */
    private static boolean accepted(InetSocketAddress local) {
        return SockDiag.bothEnds(List.of(local.getPort())).stream()
                .filter(socket -> socket.remote().getPort() == local.getPort())
                .allMatch(socket -> socket.inode() != 0);
    }
}
