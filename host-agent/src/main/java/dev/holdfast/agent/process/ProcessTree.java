package dev.holdfast.agent.process;

import dev.holdfast.agent.linux.Affinity;
import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.SyscallException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server with all that belongs to it: descendants, and members of its session and process group, whose parents
 * may be gone. The root comes first, parents before their children.
 */
public record ProcessTree(int root, List<ProcessIdentity> members) {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessTree.class);
    private static final int SIGKILL = 9;
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;
    private static final long LOOK_AGAIN_NANOS = 100_000;

    public ProcessTree {
        if (root <= 0) {
            // The session of all kernel threads, and of what came into this namespace from outside.
            throw new IllegalArgumentException(root + " is not a process");
        }
        members = List.copyOf(members);
    }

    /** What there is now, zombies left out; empty when nothing is left. */
    public static ProcessTree of(int rootPid) {
        return of(rootPid, ProcStat.all());
    }

    /** What is left of that very process's server; nothing when its pid is somebody else's by now. */
    public static ProcessTree of(ProcessIdentity root) {
        List<ProcStat> all = ProcStat.all();
        boolean passedOn =
                all.stream().anyMatch(stat -> stat.pid() == root.pid() && stat.startTicks() != root.startTicks());
        // A pid is not given away while it names a session or a group.
        return passedOn ? new ProcessTree(root.pid(), List.of()) : of(root.pid(), all);
    }

    /** With those too, who may be in sessions of their own by now, without a parent that would tell. */
    public ProcessTree and(List<ProcessIdentity> others) {
        Set<ProcessIdentity> all = new LinkedHashSet<>(members);
        all.addAll(others);
        return new ProcessTree(root, List.copyOf(all));
    }

    static ProcessTree of(int rootPid, List<ProcStat> all) {
        Map<Integer, ProcStat> found = new LinkedHashMap<>();
        all.stream().filter(stat -> stat.pid() == rootPid).forEach(stat -> found.put(stat.pid(), stat));
        int before = -1;
        while (found.size() != before) {
            before = found.size();
            for (ProcStat stat : all) {
                boolean belongs =
                        stat.session() == rootPid || stat.group() == rootPid || found.containsKey(stat.parent());
                if (belongs) {
                    found.putIfAbsent(stat.pid(), stat);
                }
            }
        }
        return new ProcessTree(
                rootPid,
                found.values().stream()
                        .filter(stat -> !stat.ended())
                        .map(stat -> new ProcessIdentity(stat.pid(), stat.startTicks()))
                        .toList());
    }

    public List<Integer> pids() {
        return members.stream().map(ProcessIdentity::pid).toList();
    }

    /**
     * Stops every thread of the server, the root first so that it does not see its children stop one by one.
     *
     * @return the tree as it stands frozen
     * @throws ProcessException when something still runs after that time, or may not be stopped; then all is thawed
     */
    public static ProcessTree freeze(int rootPid, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        ProcessTree stopped = new ProcessTree(rootPid, descendants(rootPid));
        while (true) {
            stopped.stopOrThaw(deadline, within);
            // Who was stopped before this list was read made nobody new since: if it holds none other, that is all.
            ProcessTree all = stopped.listed();
            if (stopped.members().containsAll(all.members())) {
                return all;
            }
            stopped = all;
        }
    }

    /**
     * As {@link #freeze}, of the root and its descendants alone: whether there are others {@link #isWhole} tells, for which all
     * processes of the host have to be looked at.
     */
    public static ProcessTree freezeFamily(int rootPid, Duration within) {
        ProcessTree stopped = new ProcessTree(rootPid, descendants(rootPid));
        stopped.stopOrThaw(System.nanoTime() + within.toNanos(), within);
        return stopped;
    }

    /** Whether a server that stands frozen has no other processes than these. */
    public boolean isWhole() {
        return members.containsAll(of(root).members());
    }

    private void stopOrThaw(long deadline, Duration within) {
        boolean still;
        try {
            still = stop(deadline);
        } catch (SyscallException e) {
            thawWithAll();
            throw new ProcessException(
                    "The server (process " + root + ") cannot be stopped: " + e.getMessage()
                            + "; a child of it may run as a user that this agent may not signal",
                    e);
        }
        if (!still) {
            thawWithAll();
            throw new ProcessException("The server (process " + root + ") did not stop within " + within.toMillis()
                    + " ms of SIGSTOP: it may wait for a disk or a dead network mount");
        }
    }

    /** The whole tree as it is now; when that cannot be told, nobody stays stopped. */
    private ProcessTree listed() {
        try {
            return of(root);
        } catch (SyscallException e) {
            thaw();
            throw e;
        }
    }

    /** A first guess that spares a walk through /proc: proc_pid_task_children(5), which not every kernel has. */
    private static List<ProcessIdentity> descendants(int rootPid) {
        List<ProcessIdentity> found = new ArrayList<>();
        Deque<Integer> next = new ArrayDeque<>(List.of(rootPid));
        while (!next.isEmpty()) {
            int pid = next.remove();
            ProcStat.of(pid)
                    .filter(stat -> !stat.ended())
                    .ifPresent(stat -> found.add(new ProcessIdentity(pid, stat.startTicks())));
            next.addAll(ProcStat.children(pid));
        }
        return found;
    }

    /** False when one of them still runs at the deadline. */
    private boolean stop(long deadline) {
        members.forEach(member -> Processes.kill(member.pid(), SIGSTOP));
        for (ProcessIdentity member : members) {
            while (!still(member.pid())) {
                if (System.nanoTime() > deadline) {
                    return false;
                }
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
        }
        return true;
    }

    private static boolean still(int pid) {
        return ProcStat.threads(pid).stream().allMatch(ProcStat::still);
    }

    /** Undoes {@link #freeze}: children first, so that the root does not find them stopped. */
    public void thaw() {
        members.reversed().forEach(ProcessTree::goOn);
    }

    /** Those that are known first: that needs no descriptor. */
    private void thawWithAll() {
        thaw();
        of(root).thaw();
    }

    /** One that may not be signalled was not stopped either, and must not keep the others stopped. */
    private static void goOn(ProcessIdentity member) {
        try {
            Processes.kill(member.pid(), SIGCONT);
        } catch (SyscallException e) {
            LOG.warn("process {} cannot be thawed: {}", member.pid(), e.getMessage());
        }
    }

    /**
     * SIGKILL to every member, frozen or not, and reaps those that are the agent's own children. Children first: those that
     * lose their parent while they are stopped, in a group of their own, are woken by the kernel.
     *
     * @throws ProcessException when one has not ended after that time
     */
    public void killAll(Exits exits, Duration within) {
        try (Dying dying = kill()) {
            dying.await(exits, within);
        }
    }

    /** None of its threads runs on that CPU any more, as far as there are others for it. */
    public void keepOff(byte[] cpu) {
        try {
            for (ProcessIdentity member : members) {
                for (ProcStat thread : ProcStat.threads(member.pid())) {
                    Affinity.keepOff(thread.pid(), cpu);
                }
            }
        } catch (SyscallException e) {
            LOG.debug("a thread of server {} runs where it did: {}", root, e.getMessage());
        }
    }

    /**
     * As {@link #killAll}, without waiting for their ends: none of them runs a single instruction of its own any more. Clients
     * wait meanwhile, and to link a lambda takes long the first time: there are none.
     */
    public Dying kill() {
        Map<ProcessIdentity, OwnedFd> watched = new LinkedHashMap<>();
        try {
            for (ProcessIdentity member : members.reversed()) {
                watch(member, watched);
            }
            // A master that runs would start another worker for each that is killed.
            for (ProcessIdentity member : members) {
                if (watched.containsKey(member)) {
                    Processes.kill(member.pid(), SIGSTOP);
                }
            }
            for (ProcessIdentity member : watched.keySet()) {
                Processes.kill(member.pid(), SIGKILL);
            }
        } catch (RuntimeException e) {
            watched.values().forEach(OwnedFd::close);
            throw e;
        }
        return new Dying(members, watched);
    }

    /** All are watched before the first is killed: a pid that its pidfd holds on to is not somebody else's. */
    private static void watch(ProcessIdentity member, Map<ProcessIdentity, OwnedFd> watched) {
        try {
            OwnedFd pidfd = Processes.pidfdOpen(member.pid());
            watched.put(member, pidfd);
            if (!member.alive()) {
                watched.remove(member);
                pidfd.close();
            }
        } catch (SyscallException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }
}
