package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.ProcFiles;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.SyscallException;
import java.util.List;
import java.util.Optional;

/**
 * Becomes the tracer of a server that runs, thread by thread and without stopping any. What a seized thread makes the kernel
 * seizes: when a pass over all of them finds nobody new, all are ours.
 */
final class Seizure {
    private final Family family;
    private final Waker waker;

    Seizure(Family family, Waker waker) {
        this.family = family;
        this.waker = waker;
    }

    /**
     * Over all threads of these processes.
     *
     * @return whether there was one that nobody had known of
     * @throws TakeoverException when somebody else traces one
     */
    boolean pass(List<Integer> pids) {
        boolean found = false;
        for (int pid : pids) {
            for (String name : ProcFiles.names("/proc/" + pid + "/task")) {
                int tid = Integer.parseInt(name);
                found |= !family.knows(tid) && seize(pid, tid);
            }
        }
        return found;
    }

    private boolean seize(int pid, int tid) {
        try {
            Ptrace.seizeSparing(tid);
            Tracee tracee = family.found(pid, tid);
            tracee.borrowing = tid == pid && borrows(pid);
            return true;
        } catch (SyscallException e) {
            if (e.errno() != Errno.EPERM && e.errno() != Errno.ESRCH) {
                throw e;
            }
            return isOurs(pid, tid, e);
        }
    }

    /** Whether its parent waits for its exec or exit, as that of a child of vfork(2) does. */
    private static boolean borrows(int pid) {
        return ThreadStatus.of(pid)
                .filter(status -> Processes.shareMemory(pid, status.parent()))
                .isPresent();
    }

    /** Never "new": a thread that has ended; or one that was born ours, of which its parent tells. */
    private boolean isOurs(int pid, int tid, SyscallException why) {
        Optional<ThreadStatus> status = ThreadStatus.of(tid);
        if (status.isEmpty() || status.get().hasEnded()) {
            return false;
        }
        int tracer = status.get().tracer();
        int ours = ThreadStatus.of(waker.pid()).map(ThreadStatus::tracer).orElse(0);
        if (tracer == 0) {
            throw why;
        }
        if (tracer != ours) {
            throw new TakeoverException("process " + pid + " of the server is traced by " + tracer);
        }
        return false;
    }
}
