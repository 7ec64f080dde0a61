package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.ProcFiles;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.SyscallException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Becoming the tracer of a server that runs, and goes on running: until a look finds no thread that is not known. */
final class Seizure {
    private Seizure() {}

    /** Told of each thread that is seized. */
    interface Found {
        void thread(int pid, int tid);
    }

    static void of(Supplier<List<Integer>> pids, Found found) {
        Set<Integer> tried = new HashSet<>();
        for (int before = -1; before != tried.size(); ) {
            before = tried.size();
            for (int pid : pids.get()) {
                for (String name : ProcFiles.names("/proc/" + pid + "/task")) {
                    int tid = Integer.parseInt(name);
                    // One that a seized thread has made meanwhile is ours already, and tells so.
                    if (tried.add(tid) && seized(tid)) {
                        found.thread(pid, tid);
                    }
                }
            }
        }
    }

    private static boolean seized(int tid) {
        try {
            Ptrace.seize(tid);
            return true;
        } catch (SyscallException e) {
            if (e.errno() != Errno.ESRCH && e.errno() != Errno.EPERM) {
                throw e;
            }
            return false;
        }
    }
}
