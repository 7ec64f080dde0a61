package dev.holdfast.agent.cycle;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ManagedProcess;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.takeover.HeldSockets;
import dev.holdfast.agent.takeover.Severance;
import dev.holdfast.common.manifest.Stop;
import java.time.Duration;

/** Ends the old, frozen server as its manifest says. */
final class Stopping {
    private static final Duration KILL_WITHIN = Duration.ofSeconds(10);

    private Stopping() {}

    static void stop(ManagedProcess process, Stop stop, HeldSockets held, Exits exits) {
        ProcessTree tree = ProcessTree.of(process.pid());
        if (stop.signal() != Stop.Signal.KILL && process.identity().alive()) {
            try (OwnedFd pidfd = Processes.pidfdOpen(process.pid())) {
                // What it does on its way out must not reach the clients: it has their sockets no more.
                Severance.sever(tree.pids(), held);
                Processes.kill(process.pid(), stop.signal().number());
                tree.thaw();
                Processes.awaitExit(pidfd, stop.within());
            } catch (SyscallException e) {
                if (process.identity().alive()) {
                    throw e;
                }
            }
        }
        ProcessTree.of(process.pid()).killAll(exits, KILL_WITHIN);
    }
}
