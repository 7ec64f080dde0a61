package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.ProcFiles;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.linux.Wait;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a server at its end, whatever ends it, with all its sockets still open: one thread of each process is traced for
 * nothing but its exit (PTRACE_O_TRACEEXIT). Until then the server runs as if nobody were there, but for signals to those
 * threads, which are passed on.
 */
public final class DeathWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DeathWatch.class);
    private static final int NOBODY = 0;
    private static final int SIGSTOP = 19;
    private static final int SIGTTOU = 22;
    /** SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV and SIGSYS: what only a bug brings. */
    private static final Set<Integer> CRASHES = Set.of(4, 5, 6, 7, 8, 11, 31);

    private static final Duration OTHERS_END_WITHIN = Duration.ofMillis(100);
    private static final long LOOK_AGAIN_NANOS = 1_000_000;

    private final int root;
    private final Supplier<List<Integer>> pids;
    private final CompletableFuture<String> dying = new CompletableFuture<>();
    private final CompletableFuture<Waker> stands = new CompletableFuture<>();
    private final Thread thread;
    /** The process of each traced thread. By the thread alone. */
    private final Map<Integer, Integer> traced = new HashMap<>();

    private volatile boolean closed;

    private DeathWatch(int root, Supplier<List<Integer>> pids) {
        this.root = root;
        this.pids = pids;
        this.thread = Thread.ofPlatform().name("watch-" + root).daemon().unstarted(this::run);
    }

    /**
     * Stands when it returns.
     *
     * @param root the server's first process
     * @param pids all that it has now
     * @throws TakeoverException when they cannot be watched, as while somebody else traces them
     */
    public static DeathWatch of(int root, Supplier<List<Integer>> pids) {
        DeathWatch watch = new DeathWatch(root, pids);
        watch.thread.start();
        try {
            watch.stands.join();
            return watch;
        } catch (CompletionException e) {
            throw new TakeoverException("server " + root + " cannot be watched: " + e.getCause());
        }
    }

    /**
     * How the server ends, "exited with status 1", or one of its processes of a bug: it stands there until {@link #close}.
     * Fails when the watch itself does.
     */
    public CompletableFuture<String> dying() {
        return dying;
    }

    /** Looks for processes that other threads than the watched ones have made. */
    public void lookAgain() {
        stands.join().wake();
    }

    /** Lets everything go its way. */
    @Override
    public void close() {
        closed = true;
        stands.join().wake();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (Waker waker = new Waker()) {
            seizeAll();
            if (!traced.containsValue(root)) {
                throw new TakeoverException("process " + root + " has ended, or somebody else traces it");
            }
            stands.complete(waker);
            while (!closed) {
                Wait.Status status =
                        Wait.waitpid(-1, Wait.WALL | Wait.WNOTHREAD).orElseThrow();
                if (status.pid() == waker.pid()) {
                    waker.answer(status);
                    seizeAll();
                } else {
                    deal(status);
                }
            }
            // With the thread's end the kernel lets go of all that it traces.
        } catch (RuntimeException | Error e) {
            log.warn("server {} is not watched any more", root, e);
            stands.completeExceptionally(e);
            dying.completeExceptionally(e);
        }
    }

    private void seizeAll() {
        for (int pid : pids.get()) {
            if (!traced.containsValue(pid)) {
                seize(pid, NOBODY);
            }
        }
    }

    /** Any thread of the process will do; what a runtime does among its threads seldom concerns the first one. */
    private boolean seize(int pid, int butNot) {
        boolean some = Stream.concat(Stream.of(pid), threads(pid).stream())
                .filter(tid -> tid != butNot)
                .anyMatch(tid -> seized(tid, pid));
        log.debug("process {} is watched: {}", pid, some);
        return some;
    }

    private boolean seized(int tid, int pid) {
        try {
            Ptrace.seizeForExit(tid);
            traced.put(tid, pid);
            return true;
        } catch (SyscallException e) {
            if (e.errno() != Errno.ESRCH && e.errno() != Errno.EPERM) {
                throw e;
            }
            // It has ended, or a tracer of its own has it.
            return false;
        }
    }

    private void deal(Wait.Status status) {
        int tid = status.pid();
        if (!status.stopped()) {
            Integer pid = traced.remove(tid);
            if (pid != null && pid == root) {
                dying.complete(status.describe());
            }
            return;
        }
        try {
            switch (status.event()) {
                case 0 -> Ptrace.resume(tid, status.stopSignal());
                case Ptrace.EVENT_STOP -> stopped(tid, status.stopSignal());
                case Ptrace.EVENT_EXIT -> ends(tid);
                default -> Ptrace.resume(tid, 0);
            }
        } catch (SyscallException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }

    /** Of a new process before its first instruction; or all of the server is stopped by a signal, which stays so. */
    private void stopped(int tid, int signal) {
        traced.putIfAbsent(tid, tid);
        if (signal >= SIGSTOP && signal <= SIGTTOU) {
            Ptrace.listen(tid);
        } else {
            Ptrace.resume(tid, 0);
        }
    }

    private void ends(int tid) {
        int pid = traced.getOrDefault(tid, tid);
        Wait.Status how = new Wait.Status(pid, (int) Ptrace.eventMessage(tid));
        // Where only this thread ends, or another one becomes another program, there is somebody else to watch; threads
        // that are
        // only slow to end cannot be.
        boolean watched = !allEnd(pid, tid) && seize(pid, tid);
        String verdict = watched ? null : verdict(pid, how);
        if (watched) {
            traced.remove(tid);
        }
        if (verdict == null) {
            Ptrace.resume(tid, 0);
        } else {
            dying.complete(verdict);
        }
    }

    private @Nullable String verdict(int pid, Wait.Status how) {
        if (pid == root) {
            return how.describe();
        }
        // Workers come and go; but none ends like this in good order.
        boolean crash = how.signaled() && CRASHES.contains(how.termSignal());
        return crash ? "has lost its process " + pid + ", which " + how.describe() : null;
    }

    /** Whether the whole process ends: then its other threads, which nobody stops, are gone in a moment. */
    private static boolean allEnd(int pid, int tid) {
        long deadline = System.nanoTime() + OTHERS_END_WITHIN.toNanos();
        while (threads(pid).stream().anyMatch(other -> other != tid && lives(other))) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        return true;
    }

    private static boolean lives(int tid) {
        return ThreadStatus.of(tid).filter(status -> !status.hasEnded()).isPresent();
    }

    private static List<Integer> threads(int pid) {
        return ProcFiles.names("/proc/" + pid + "/task").stream()
                .map(Integer::valueOf)
                .toList();
    }
}
