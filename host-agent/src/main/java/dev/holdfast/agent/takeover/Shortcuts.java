package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.SharedMemory;
import dev.holdfast.agent.linux.SyscallException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@link Shortcut}s of one process, and the queue that they take connections from. */
final class Shortcuts {
    private static final Logger log = LoggerFactory.getLogger(Shortcuts.class);
    private static final long SYS_MMAP = 9;
    private static final long SYS_MUNMAP = 11;
    private static final long SYS_CLOSE = 3;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int MAP_FIXED = 0x10;
    private static final long[] CALLS = {Gate.SYS_ACCEPT, Gate.SYS_ACCEPT4};

    private final List<Shortcut> all = new ArrayList<>();
    private long address;
    private long size;
    private @Nullable AcceptQueue queue;

    /** The same code and memory in a forked child, which takes nothing until it {@link #own}s a queue. */
    Shortcuts fork() {
        Shortcuts child = new Shortcuts();
        child.all.addAll(all);
        child.address = address;
        child.size = size;
        return child;
    }

    /** What the process takes by itself; null when it takes nothing. */
    @Nullable
    AcceptQueue queue() {
        return queue;
    }

    /**
     * Lets the process take connections by itself at that accept instruction; nothing changes where the code around it, or
     * the kernel, does not allow that. The thread is stopped where calls can be injected, all others are stopped too.
     *
     * @param room where the code of all shortcuts may be, and how much
     * @param capacity how many connections there may be in all
     */
    void add(Tracee tracee, Registers base, long instruction, long room, int roomSize, int capacity) {
        int used = all.size() * Shortcut.SIZE;
        for (long number : CALLS) {
            Shortcut shortcut = new Shortcut(room + used, instruction, number);
            if (Shortcut.follows(tracee, instruction, number)
                    && shortcut.isInReach()
                    && used + Shortcut.SIZE <= roomSize
                    && share(tracee, base, AcceptQueue.size(capacity), MAP_SHARED)) {
                shortcut.set(tracee, address);
                all.add(shortcut);
                return;
            }
        }
    }

    /**
     * In a forked child a queue of its own takes the place of its parent's, which is closed; the thread is stopped where
     * calls can be injected.
     */
    void own(Tracee tracee, Registers base) {
        if (address != 0) {
            share(tracee, base, size, MAP_SHARED | MAP_FIXED);
        }
    }

    private boolean share(Tracee tracee, Registers base, long bytes, int flags) {
        if (queue != null) {
            return true;
        }
        try {
            SharedMemory shared = SharedMemory.allocate("holdfast", bytes);
            try (OwnedFd fd = shared.fd()) {
                map(tracee, base, fd, bytes, flags);
            }
            queue = new AcceptQueue(shared.bytes(), address);
            return true;
        } catch (SyscallException | UncheckedIOException e) {
            log.debug("no memory is shared with server process {}: {}", tracee.space.pid, e.getMessage());
            return false;
        }
    }

    private void map(Tracee tracee, Registers base, OwnedFd fd, long bytes, int flags) {
        long at = tracee.space.at();
        int theirs = tracee.space.receive(tracee, base, List.of(fd), true)[0];
        long mapped = tracee.inject(base, at, SYS_MMAP, address, bytes, PROT_READ_WRITE, flags, theirs, 0);
        tracee.inject(base, at, SYS_CLOSE, theirs);
        address = Tracee.checked("mmap", mapped);
        size = bytes;
    }

    /** Takes a stopped thread that is in one of them out of it. */
    void leave(int pid, Registers registers) {
        for (Shortcut shortcut : all) {
            if (shortcut.contains(registers.rip())) {
                shortcut.leave(pid, registers);
                return;
            }
        }
    }

    /** Takes them out of the process's text; every thread of it is stopped. */
    void clear(Tracee tracee) {
        all.forEach(shortcut -> shortcut.clear(tracee));
        all.clear();
    }

    /** Takes the queue out of the process. */
    void unmap(Tracee tracee, Registers base) {
        if (address != 0) {
            tracee.inject(base, tracee.space.at(), SYS_MUNMAP, address, size);
            address = 0;
        }
    }

    boolean isMapped() {
        return address != 0;
    }
}
