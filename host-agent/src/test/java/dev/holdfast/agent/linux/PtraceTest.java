package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PtraceTest {
    private static final int SIGTRAP = 5;
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final int SIGSTOP = 19;
    private static final int SYSCALL_STOP = SIGTRAP | 0x80;
    private static final long RESTART_SYSCALL = 219;
    private static final int SYSCALL_INSTRUCTION = 0x050f;

    private static Wait.Status stop(int pid) {
        return Wait.waitpid(pid, Wait.WALL | Wait.WNOTHREAD).orElseThrow();
    }

    @Test
    void looksIntoAProcessAndLeavesItAsItWas() {
        try (Sleeper sleeper = new Sleeper()) {
            int pid = sleeper.pid;
            Ptrace.seize(pid);
            Ptrace.interrupt(pid);
            Wait.Status stopped = stop(pid);
            assertThat(stopped.stopped()).isTrue();
            assertThat(stopped.event()).isEqualTo(Ptrace.EVENT_STOP);

            Registers found = new Registers();
            Ptrace.registers(pid, found);
            assertThat(Ptrace.peekText(pid, found.rip() - 2) & 0xffff).isEqualTo(SYSCALL_INSTRUCTION);

            Ptrace.setRegisters(pid, found.copy().arguments(1, 2, 3, 4));
            Registers changed = new Registers();
            Ptrace.registers(pid, changed);
            assertThat(changed.rdi()).isEqualTo(1);
            assertThat(changed.r10()).isEqualTo(4);
            assertThat(changed.rip()).isEqualTo(found.rip());

            Ptrace.setRegisters(pid, found);
            Ptrace.detach(pid, 0);
            await().until(() ->
                    Files.readString(Path.of("/proc/" + pid + "/stat")).contains("(sleep) S"));
            assertThat(Wait.waitpid(pid, Wait.WNOHANG)).as("an exit or a stop").isEmpty();
        }
    }

    @Test
    void seesCallsBeginAndEnd() {
        try (Sleeper sleeper = new Sleeper()) {
            int pid = sleeper.pid;
            Ptrace.seize(pid);
            Ptrace.interrupt(pid);
            stop(pid);
            assertThat(Ptrace.call(pid)).isInstanceOf(Ptrace.Call.None.class);

            Ptrace.resumeToSyscall(pid, 0);
            assertThat(stop(pid).stopSignal()).isEqualTo(SYSCALL_STOP);
            assertThat(Ptrace.call(pid))
                    .isInstanceOfSatisfying(
                            Ptrace.Call.Entry.class,
                            entry -> assertThat(entry.number()).isEqualTo(RESTART_SYSCALL));

            Ptrace.resumeToSyscall(pid, 0);
            Ptrace.interrupt(pid);
            assertThat(stop(pid).stopSignal()).isEqualTo(SYSCALL_STOP);
            assertThat(Ptrace.call(pid))
                    .isInstanceOfSatisfying(
                            Ptrace.Call.Exit.class,
                            exit -> assertThat(exit.result()).isNegative());
            Ptrace.detach(pid, 0);
        }
    }

    @Test
    void aBlockedSignalStaysPending() {
        try (Sleeper sleeper = new Sleeper()) {
            int pid = sleeper.pid;
            Ptrace.seize(pid);
            Ptrace.interrupt(pid);
            stop(pid);
            assertThat(Ptrace.signalMask(pid)).isZero();

            Ptrace.signalMask(pid, -1);
            assertThat(Ptrace.signalMask(pid))
                    .as("all but SIGKILL and SIGSTOP")
                    .isEqualTo(-1L & ~(1L << (SIGKILL - 1)) & ~(1L << (SIGSTOP - 1)));
            Processes.kill(pid, SIGTERM);
            Ptrace.resume(pid, 0);
            Ptrace.interrupt(pid);
            assertThat(stop(pid).event()).isEqualTo(Ptrace.EVENT_STOP);

            Ptrace.signalMask(pid, 0);
            Ptrace.resume(pid, 0);
            Wait.Status status = stop(pid);
            assertThat(status.event()).isZero();
            assertThat(status.stopSignal()).isEqualTo(SIGTERM);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTraceeOutlivesItsTracerWhereItIsSpared(boolean spared) throws InterruptedException {
        try (Sleeper sleeper = new Sleeper();
                OwnedFd pidfd = Processes.pidfdOpen(sleeper.pid)) {
            Thread tracer = Thread.ofPlatform().start(() -> {
                Ptrace.seize(sleeper.pid);
                Ptrace.interrupt(sleeper.pid);
                stop(sleeper.pid);
                if (spared) {
                    Ptrace.sparing(sleeper.pid);
                }
            });
            tracer.join();

            if (spared) {
                await().until(() -> Files.readString(Path.of("/proc/" + sleeper.pid + "/stat"))
                        .contains("(sleep) S"));
            } else {
                assertThat(Processes.awaitExit(pidfd, Duration.ofSeconds(10))).isTrue();
            }
        }
    }

    @Test
    void tellsWhetherATraceeIsStopped() {
        try (Sleeper sleeper = new Sleeper()) {
            Ptrace.seize(sleeper.pid);
            assertThat(Ptrace.isStopped(sleeper.pid)).isFalse();

            Ptrace.interrupt(sleeper.pid);
            stop(sleeper.pid);
            assertThat(Ptrace.isStopped(sleeper.pid)).isTrue();
        }
    }

    @Test
    void aProcessThatRunsCannotBeLookedInto() {
        try (Sleeper sleeper = new Sleeper()) {
            assertThatThrownBy(() -> Ptrace.registers(sleeper.pid, new Registers()))
                    .isInstanceOf(SyscallException.class)
                    .hasMessage("PTRACE_GETREGS: ESRCH: no such process");
        }
    }
}
