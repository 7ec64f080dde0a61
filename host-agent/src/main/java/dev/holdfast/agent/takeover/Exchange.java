package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Registers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Puts sockets in the places of others in a process that stands still: under the same numbers, and watched by the same
 * epolls. Who waits in a poll, select, read or accept looks the number up again when the call is made anew.
 */
final class Exchange {
    private static final long SYS_CLOSE = 3;
    private static final long SYS_EPOLL_CTL = 233;
    private static final long SYS_DUP3 = 292;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;

    private final LongFunction<Optional<OwnedFd>> replacements;

    /** By the inode of the socket whose place each is to take. */
    Exchange(LongFunction<Optional<OwnedFd>> replacements) {
        this.replacements = replacements;
    }

    /** In the process of a thread in which calls can be made; what is done is not done again. */
    void in(Tracee tracee, Registers base) {
        Space space = tracee.space;
        List<SocketTable.Entry> places = SocketTable.of(space.pid).entries().stream()
                .filter(place -> isReplaced(place.inode()))
                .toList();
        List<Watch> watches = new ArrayList<>();
        for (Watch watch : Watch.of(space.pid)) {
            // One of an epoll that several processes share is told by all of them, and belongs to one.
            if (isReplaced(watch.inode()) && control(tracee, base, EPOLL_CTL_DEL, watch)) {
                watches.add(watch);
            }
        }
        replace(tracee, base, places);
        for (Watch watch : watches) {
            if (!control(tracee, base, EPOLL_CTL_ADD, watch)) {
                throw new TakeoverException("process " + space.pid + " cannot watch a socket that it watched");
            }
        }
    }

    private boolean isReplaced(long inode) {
        return replacements.apply(inode).isPresent();
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

    private void replace(Tracee tracee, Registers base, List<SocketTable.Entry> places) {
        Space space = tracee.space;
        Map<OwnedFd, Integer> there = new HashMap<>();
        for (SocketTable.Entry place : places) {
            OwnedFd fd = replacements.apply(place.inode()).orElseThrow();
            int number = there.computeIfAbsent(fd, one -> space.receive(tracee, base, List.of(one), true)[0]);
            long flags = FdInfo.closeOnExec(space.pid, place.number()) ? Fds.O_CLOEXEC : 0;
            Tracee.checked("dup3", tracee.inject(base, space.at(), SYS_DUP3, number, place.number(), flags));
        }
        there.values().forEach(number -> tracee.inject(base, space.at(), SYS_CLOSE, number));
    }
}
