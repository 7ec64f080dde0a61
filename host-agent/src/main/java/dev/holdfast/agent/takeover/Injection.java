package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.ProcFiles;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * System calls made in processes that stand still and go on standing still. A process whose calls fail, or whose agent dies
 * among them, is killed by the kernel (PTRACE_O_EXITKILL): it would go on with what is not its own.
 */
final class Injection {
    private static final Duration STOP_WITHIN = Duration.ofSeconds(2);

    private Injection() {}

    /** What is done in a process. */
    interface Calls {
        /** In one thread, whose registers are put back afterwards. */
        void in(Tracee tracee, Registers base);
    }

    /** On a thread of its own, since whoever traces a thread must make all calls for it. */
    static void run(String name, Duration within, Runnable all) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().name(name).daemon().start(() -> {
            try {
                all.run();
                done.complete(null);
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        try {
            done.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new TakeoverException(String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage()));
        } catch (TimeoutException e) {
            // As when its first thread waits for one that is frozen.
            throw new TakeoverException("it was not done within " + within.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TakeoverException("interrupted");
        }
    }

    /** In that process. */
    static void in(int pid, Calls calls) {
        int tid = thread(pid);
        try (Space space = new Space(pid)) {
            Ptrace.seize(tid);
            Tracee tracee = new Tracee(tid, space, _ -> {});
            Ptrace.interrupt(tid);
            if (Wait.within(tid, Wait.WALL, STOP_WITHIN).isEmpty()) {
                throw new TakeoverException("process " + pid + " did not stop");
            }
            if (!tracee.isInCall()) {
                // It was stopped in its own code: to its next call, and out of that again.
                tracee.toCall();
            }
            Registers base = new Registers();
            Ptrace.registers(tid, base);
            space.learn(tracee, base);
            calls.in(tracee, base);
            space.clean(tracee, base);
            Ptrace.setRegisters(tid, Tracee.restarted(base));
            Ptrace.detach(tid, 0);
        }
    }

    /** The first one, unless it is in code of its own while another is in a call, where nothing has to be waited for. */
    private static int thread(int pid) {
        String tasks = "/proc/" + pid + "/task";
        List<Integer> threads =
                ProcFiles.names(tasks).stream().map(Integer::valueOf).sorted().toList();
        if (isInCall(pid, pid)) {
            return pid;
        }
        return threads.stream().filter(tid -> isInCall(pid, tid)).findFirst().orElse(pid);
    }

    /** /proc/PID/task/TID/syscall begins with the call's number, or with -1. */
    private static boolean isInCall(int pid, int tid) {
        try {
            String call = Files.readString(Path.of("/proc/" + pid + "/task/" + tid + "/syscall"));
            return !call.isEmpty() && Character.isDigit(call.charAt(0));
        } catch (IOException e) {
            // It is gone, or the kernel was built without that file.
            return false;
        }
    }
}
