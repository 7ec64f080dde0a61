package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.Spawn;
import dev.holdfast.agent.linux.Wait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever becomes of the server or of its tracer, nobody waits for ever. */
@Timeout(20)
class TracerThreadTest {
    private static final int SIGKILL = 9;
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;
    private static final long SYS_EXIT_GROUP = 231;
    private static final long SYS_GETPID = 39;
    private static final long SYS_PAUSE = 34;
    private static final long SYS_CLOCK_NANOSLEEP = 230;
    private static final Duration SHORT = Duration.ofSeconds(5);

    private static int spawn(String script) {
        return spawn(script, Path.of("/"));
    }

    private static int spawn(String script, Path directory) {
        int pid = Spawn.spawn(
                List.of("/bin/sh", "-c", "kill -STOP $$; " + script),
                List.of("PATH=/usr/bin:/bin"),
                directory.toString(),
                "/dev/null",
                "/dev/null",
                List.of());
        assertThat(Wait.waitpid(pid, Wait.WUNTRACED).orElseThrow().stopped()).isTrue();
        return pid;
    }

    private static TracerThread trace(int pid) {
        return trace(pid, new Ignoring(Duration.ZERO));
    }

    private static TracerThread trace(int pid, Tracer.Stops stops) {
        return TracerThread.start("tracer-" + pid, waker -> {
            Tracer tracer = new Tracer(pid, waker, stops);
            tracer.seizeRoot();
            return tracer;
        });
    }

    private static Long inject(TracerThread thread, long number, long argument) {
        return thread.call(tracer -> {
            tracer.stopWorld();
            Tracee tracee = tracer.oneOfEach().getFirst();
            Registers base = tracee.registers.copy();
            return tracee.inject(base, base.rip() - 2, number, argument);
        });
    }

    /** A program that is only just being loaded has other code a moment later; proc_pid_syscall(5). */
    private static void awaitSleep(int pid) {
        await().until(() ->
                Files.readString(Path.of("/proc/" + pid + "/syscall")).startsWith(SYS_CLOCK_NANOSLEEP + " "));
    }

    private static void kill(TracerThread thread) {
        thread.call(tracer -> {
            tracer.killAll(SHORT);
            thread.finish();
            return 0;
        });
        assertThat(thread.awaitEnd(SHORT)).isTrue();
    }

    @Test
    void oneThatIsAtHandDoesWhatComes() {
        int pid = spawn("exec sleep 600");
        TracerThread thread = trace(pid);
        thread.attend();
        CompletableFuture<Integer> begun = new CompletableFuture<>();
        thread.begin(tracer -> begun.complete(tracer.tracees().size()));
        assertThat(begun.join()).isOne();

        thread.attend();
        Integer threads = thread.call(tracer -> tracer.tracees().size());
        assertThat(threads).isOne();
        thread.begin(_ -> {
            throw new TakeoverException("it is only logged");
        });
        thread.attend();
        kill(thread);
        assertThat(thread.rootEnd().join()).isEqualTo("was killed by signal 9");
    }

    @Test
    void aServerThatEndsInTheMiddleOfAnInjectedCallIsToldOf() throws Exception {
        int pid = spawn("exec sleep 600");
        TracerThread thread = trace(pid);
        awaitSleep(pid);

        assertThatThrownBy(() -> inject(thread, SYS_EXIT_GROUP, 7)).hasMessageContaining("exited with status 7");
        kill(thread);

        assertThat(thread.rootEnd().get(5, TimeUnit.SECONDS)).isEqualTo("exited with status 7");
    }

    @Test
    void anInjectedCallThatDoesNotReturnIsGivenUp() {
        int pid = spawn("exec sleep 600");
        TracerThread thread = trace(pid);
        awaitSleep(pid);

        assertThatThrownBy(() -> inject(thread, SYS_PAUSE, 0)).hasMessageContaining("made no progress within 2000 ms");
        kill(thread);
    }

    @Test
    void whatIsBornDuringAKillIsKilledToo() throws Exception {
        // They come to an end in any case: each costs the tracer a descriptor.
        int pid = spawn("for i in $(seq 1000); do sleep 47.11 & done; wait");
        TracerThread thread = trace(pid);
        await().pollInterval(Duration.ofMillis(1))
                .until(() -> thread.<Integer>call(tracer -> tracer.tracees().size()) > 3);

        kill(thread);

        assertThat(thread.rootEnd().get(5, TimeUnit.SECONDS)).isEqualTo("was killed by signal 9");
        assertThat(sleepers()).isZero();
    }

    /** Each system call is a stop, of which waitpid(2) tells in the same order always: those before it have stopped again. */
    @Test
    void whoStopsAllTheTimeKeepsNobodyWaiting(@TempDir Path directory) {
        String busy = "dd if=/dev/zero of=/dev/null bs=1 & ";
        int pid = spawn(busy.repeat(4) + ": > done; wait", directory);
        TracerThread thread = trace(pid, new Ignoring(Duration.ofMillis(1)));

        await().until(() -> Files.exists(directory.resolve("done")));

        kill(thread);
    }

    private static long sleepers() {
        return ProcessHandle.allProcesses()
                .filter(process -> Arrays.asList(process.info().arguments().orElse(new String[0]))
                        .contains("47.11"))
                .count();
    }

    @Test
    void aServerThatIsKilledWhileItIsStoppedCanStillBeKilled() {
        int pid = spawn("exec sleep 600");
        TracerThread thread = trace(pid);
        thread.call(tracer -> {
            tracer.stopWorld();
            return Processes.kill(pid, SIGKILL);
        });

        kill(thread);
    }

    @Test
    void anOperatorsStopHoldsAfterTheTakeoverAndNotBefore() {
        int pid = spawn("exec sleep 600");
        TracerThread thread = trace(pid);
        awaitSleep(pid);
        try (OwnedFd pidfd = Processes.pidfdOpen(pid)) {
            thread.call(tracer -> {
                tracer.stopWorld();
                Processes.kill(pidfd, SIGSTOP);
                tracer.resumeWorld();
                tracer.stopWorld();
                Tracee tracee = tracer.oneOfEach().getFirst();
                Registers base = tracee.registers.copy();
                assertThat(tracee.inject(base, base.rip() - 2, SYS_GETPID)).isEqualTo(pid);
                Ptrace.setRegisters(tracee.tid, Tracee.restarted(base));
                tracer.detachAll();
                thread.finish();
                return 0;
            });
            await().until(() -> ThreadStatus.of(pid).orElseThrow().state() == 'T');
            Processes.kill(pidfd, SIGCONT);
            await().until(() -> ThreadStatus.of(pid).orElseThrow().state() == 'S');
            Processes.kill(pidfd, SIGKILL);
            Wait.waitpid(pid, Wait.WALL);
        }
    }

    @Test
    void workForATracerThatCouldNotBeginFails() throws Exception {
        TracerThread thread = TracerThread.start("tracer", waker -> {
            throw new TakeoverException("not allowed");
        });

        assertThatThrownBy(() -> thread.call(Tracer::tracees)).hasMessage("not allowed");
        assertThat(thread.rootEnd().get(5, TimeUnit.SECONDS)).isEqualTo("could not be traced: not allowed");
    }

    @Test
    void workForATracerThatHasEndedFails() {
        TracerThread thread = trace(spawn("exec sleep 600"));
        kill(thread);

        assertThatThrownBy(() -> thread.call(Tracer::tracees)).hasMessage("the server is not traced any more");
    }

    @Test
    void workThatIsQueuedBehindTheTracersEndFails() throws Exception {
        TracerThread thread = trace(spawn("exec sleep 600"));
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> queued = new CompletableFuture<>();
        Thread first = Thread.ofVirtual()
                .start(() -> thread.call(tracer -> {
                    begun.complete(null);
                    queued.join();
                    tracer.killAll(SHORT);
                    thread.finish();
                    return 0;
                }));
        begun.get();
        CompletableFuture<Object> second =
                CompletableFuture.supplyAsync(() -> thread.call(tracer -> "done"), Thread::startVirtualThread);
        queued.complete(null);
        first.join();

        assertThatThrownBy(() -> second.get(5, TimeUnit.SECONDS)).hasMessageContaining("not traced any more");
    }

    @Test
    void oneThatFailsLeavesNoDescriptor() throws Exception {
        long before = Descriptors.ownPidfds();
        int pid = spawn("sleep 47.11 & sleep 47.11");
        TracerThread thread = trace(pid);
        await().until(() -> sleepers() == 2);

        thread.begin(tracer -> {
            tracer.phase(new Failing(), Tracer.Mode.SYSCALLS);
            tracer.stopWorld();
            tracer.resumeWorld();
            return pid;
        });
        assertThat(thread.rootEnd().get(5, TimeUnit.SECONDS)).isEqualTo("could not be traced: broken");
        assertThat(thread.awaitEnd(SHORT)).isTrue();

        assertThat(Descriptors.ownPidfds()).isLessThanOrEqualTo(before);
        await().until(() -> sleepers() == 0);
    }

    private record Failing() implements Tracer.Stops {
        @Override
        public void call(Tracee tracee, Ptrace.Call call) {
            throw new TakeoverException("broken");
        }

        @Override
        public boolean trap(Tracee tracee) {
            return false;
        }
    }

    @Test
    void anErrorReachesWhoeverWaitsAndTheTracerGoesOn() {
        TracerThread thread = trace(spawn("exec sleep 600"));

        assertThatThrownBy(() -> thread.call(tracer -> {
                    throw new AssertionError("broken");
                }))
                .isInstanceOf(TakeoverException.class)
                .hasMessageContaining("broken");
        assertThat(thread.<Integer>call(tracer -> tracer.tracees().size())).isEqualTo(1);
        kill(thread);
    }

    /** Takes its time for each. */
    private record Ignoring(Duration each) implements Tracer.Stops {
        @Override
        public void call(Tracee tracee, Ptrace.Call call) {
            LockSupport.parkNanos(each.toNanos());
        }

        @Override
        public boolean trap(Tracee tracee) {
            return false;
        }
    }
}
