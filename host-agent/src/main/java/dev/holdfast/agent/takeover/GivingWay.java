package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.Sockets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts the held listeners in the places of their stand-ins, in every process of a server that stands still: under the same
 * numbers, with the options that the program has set meanwhile, and watched by the same epolls. Who waits in a poll, select
 * or accept looks the number up again when the call is made anew.
 */
final class GivingWay {
    private static final long SYS_CLOSE = 3;
    private static final long SYS_EPOLL_CTL = 233;
    private static final long SYS_DUP3 = 292;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;

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
        standIns.all().forEach(this::copyOptions);
        oneOfEach.forEach(this::in);
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
        Space space = tracee.space;
        List<SocketTable.Entry> places = SocketTable.of(space.pid).entries().stream()
                .filter(entry -> standIns.of(entry.inode()).isPresent())
                .toList();
        if (places.isEmpty()) {
            return;
        }
        Ptrace.registers(tracee.tid, tracee.registers);
        Registers base = tracee.registers.copy();
        space.learn(tracee, base);
        List<Watch> watches = new ArrayList<>();
        for (Watch watch : Watch.of(space.pid)) {
            // One of an epoll that several processes share is told by all of them, and belongs to one.
            if (standIns.of(watch.inode()).isPresent() && control(tracee, base, EPOLL_CTL_DEL, watch)) {
                watches.add(watch);
            }
        }
        places.forEach(place -> replace(tracee, base, place));
        for (Watch watch : watches) {
            if (!control(tracee, base, EPOLL_CTL_ADD, watch)) {
                throw new TakeoverException("process " + space.pid + " of the new server cannot watch its listener");
            }
        }
        Ptrace.setRegisters(tracee.tid, Tracee.restarted(base));
    }

    private static boolean control(Tracee tracee, Registers base, int operation, Watch watch) {
        Space space = tracee.space;
        long event = space.write(tracee, base, watch.event());
        long result = tracee.inject(base, space.at(), SYS_EPOLL_CTL, watch.epoll(), operation, watch.fd(), event);
        if (result == -Errno.ENOENT || result == -Errno.EBADF) {
            return false;
        }
        Tracee.checked("epoll_ctl", result);
        return true;
    }

    private void replace(Tracee tracee, Registers base, SocketTable.Entry place) {
        Space space = tracee.space;
        Optional<StandIns.StandIn> standIn = standIns.of(place.inode());
        long flags = FdInfo.closeOnExec(space.pid, place.number()) ? Fds.O_CLOEXEC : 0;
        int[] received =
                space.receive(tracee, base, List.of(standIn.orElseThrow().held().fd()), true);
        Tracee.checked("dup3", tracee.inject(base, space.at(), SYS_DUP3, received[0], place.number(), flags));
        tracee.inject(base, space.at(), SYS_CLOSE, received[0]);
    }
}
