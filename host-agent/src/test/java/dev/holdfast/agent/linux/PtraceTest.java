package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PtraceTest {
    private static final int SIGTRAP = 5;
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
    void aProcessThatRunsCannotBeLookedInto() {
        try (Sleeper sleeper = new Sleeper()) {
            assertThatThrownBy(() -> Ptrace.registers(sleeper.pid, new Registers()))
                    .isInstanceOf(SyscallException.class)
                    .hasMessage("PTRACE_GETREGS: ESRCH: no such process");
        }
    }
}
