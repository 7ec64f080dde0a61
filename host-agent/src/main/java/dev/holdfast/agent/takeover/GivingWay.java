package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.Sockets;
import java.util.List;

/**
 * Puts the held listeners in the places of their stand-ins, in every process of a server that stands still: under the same
 * numbers, with the options that the program has set meanwhile, and watched by the same epolls. Who waits in a poll, select
 * or accept looks the number up again when the call is made anew.
 */
final class GivingWay {
    private final StandIns standIns;
    private final Sockets sockets;

    GivingWay(StandIns standIns, Sockets sockets) {
        this.standIns = standIns;
        this.sockets = sockets;
    }

    /**
     * In all processes.
     *
     * @param oneOfEach a thread of each, in which calls can be made
     */
    void in(List<Tracee> oneOfEach) {
        oneOfEach.forEach(this::in);
    }

    /** The held listeners become what the program has made of their stand-ins: as long as another server has them too, they stay as they are. */
    void copyOptions() {
        standIns.all().forEach(this::copyOptions);
    }

    private void copyOptions(StandIns.StandIn standIn) {
        HeldListener held = standIn.held();
        Listeners.copyOptions(sockets, standIn.fd(), held.fd());
        Fds.setStatusFlags(held.fd(), Fds.statusFlags(standIn.fd()));
        if (sockets.option(standIn.fd(), Sockets.SOL_SOCKET, Sockets.SO_ACCEPTCONN) == 1) {
            sockets.listen(held.fd(), sockets.longestBacklog(standIn.fd()));
        }
    }

    private void in(Tracee tracee) {
        boolean concerned = SocketTable.of(tracee.space.pid).entries().stream()
                .anyMatch(place -> standIns.of(place.inode()).isPresent());
        if (concerned) {
            Ptrace.registers(tracee.tid, tracee.registers);
            Registers base = tracee.registers.copy();
            tracee.space.learn(tracee, base);
            new Exchange(inode -> standIns.of(inode).map(one -> one.held().fd())).in(tracee, base);
            Ptrace.setRegisters(tracee.tid, Tracee.restarted(base));
        }
    }
}
