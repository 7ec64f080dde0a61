package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.linux.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A thread of the new server, as its tracer sees it. */
final class Tracee {
    private static final int SIGTRAP = 5;
    private static final int SYSCALL_STOP = SIGTRAP | 0x80;

    // What the kernel leaves in rax of a call that is to be made again, linux/errno.h.
    private static final int ERESTARTSYS = -512;
    private static final int ERESTARTNOINTR = -513;
    private static final int ERESTARTNOHAND = -514;
    private static final int ERESTART_RESTARTBLOCK = -516;
    private static final long SYS_RESTART_SYSCALL = 219;

    /** read, readv, accept, recvfrom, recvmsg, epoll_wait, epoll_pwait, accept4, epoll_pwait2. */
    private static final Set<Long> RESTARTABLE = Set.of(0L, 19L, 43L, 45L, 47L, 232L, 281L, 288L, 441L);

    final int tid;
    final Space space;
    final Registers registers = new Registers();
    /** What is to be done when the call that it is in returns. */
    @Nullable
    Plan plan;

    boolean stopped;
    /** Stays stopped when all others are let go. */
    boolean parked;
    /** Whether calls can be made in it as it is stopped: not in the middle of a vfork, which waits for its child. */
    boolean injectable = true;
    /** The signal to deliver when it is resumed from a signal-delivery-stop; 0 for none. */
    int signal;
    /** Signals that came in the middle of an injected call. */
    final List<Integer> putAside = new ArrayList<>();

    Tracee(int tid, Space space) {
        this.tid = tid;
        this.space = space;
    }

    /** A call that was let in for a purpose. */
    sealed interface Plan {
        record Bind(int fd, HeldListener listener) implements Plan {}

        record Accept(HeldListener listener, long number) implements Plan {}
    }

    /**
     * Runs a system call in the tracee and leaves its registers as they were in {@code base}; the caller sets them.
     *
     * @param instruction address of a syscall instruction in the tracee
     * @return its result, -errno for an error
     */
    long inject(Registers base, long instruction, long number, long... arguments) {
        if (signal != 0) {
            putAside.add(signal);
            signal = 0;
        }
        Registers call = base.copy();
        call.rip(instruction).rax(number).origRax(-1).arguments(arguments);
        Ptrace.setRegisters(tid, call);
        toSyscallStop();
        toSyscallStop();
        Ptrace.registers(tid, call);
        return call.rax();
    }

    /** Where the thread would be when it is let go on: a call that it was to be in again is made anew, as the kernel would. */
    static Registers restarted(Registers registers) {
        Registers restarted = registers.copy();
        if (registers.origRax() >= 0) {
            switch ((int) registers.rax()) {
                case ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND ->
                    restarted.rax(registers.origRax()).rip(registers.rip() - 2);
                case ERESTART_RESTARTBLOCK -> restarted.rax(SYS_RESTART_SYSCALL).rip(registers.rip() - 2);
                default -> {
                    // The call is over.
                }
            }
        }
        return restarted.origRax(-1);
    }

    /**
     * A call that a stop signal, or our own interrupt, breaks off with EINTR although no handler runs (signal(7)) is made
     * again: the server is not to see that it was stopped.
     */
    void hideInterruption() {
        Ptrace.registers(tid, registers);
        if (registers.rax() == -Errno.EINTR && RESTARTABLE.contains(registers.origRax())) {
            Ptrace.setRegisters(tid, registers.rax(ERESTARTNOHAND));
        }
    }

    /** At the entry of a call: takes the thread back to before it, so that other calls can be made. */
    void leaveEntry() {
        if (Ptrace.call(tid) instanceof Ptrace.Call.Entry entry) {
            Ptrace.registers(tid, registers);
            long number = plan instanceof Plan.Bind ? Gate.SYS_BIND : entry.number();
            Ptrace.setRegisters(
                    tid, registers.rip(registers.rip() - 2).rax(number).origRax(-1));
            plan = null;
            toSyscallStop();
        }
    }

    /** Lets the stopped thread go on to the next entry or exit of a call, putting signals aside. */
    void toSyscallStop() {
        while (true) {
            Ptrace.resumeToSyscall(tid, 0);
            Wait.Status status = Wait.waitpid(tid, Wait.WALL).orElseThrow();
            if (!status.stopped()) {
                throw new TakeoverException(
                        "the new server " + status.describe() + " while its sockets were given to it");
            }
            if (status.stopSignal() == SYSCALL_STOP) {
                return;
            }
            if (status.event() == 0) {
                putAside.add(status.stopSignal());
            }
        }
    }

    /** Lets the stopped thread go on to the SIGTRAP that is pending for it, which it never sees. */
    void toTrap() {
        while (true) {
            Ptrace.resume(tid, 0);
            Wait.Status status = Wait.waitpid(tid, Wait.WALL).orElseThrow();
            if (!status.stopped()) {
                throw new TakeoverException("the new server " + status.describe() + " at the end of the delivery");
            }
            if (status.event() == 0 && status.stopSignal() == SIGTRAP) {
                signal = 0;
                return;
            }
            if (status.event() == 0) {
                putAside.add(status.stopSignal());
            }
        }
    }

    static boolean isSyscallStop(Wait.Status status) {
        return status.stopSignal() == SYSCALL_STOP;
    }

    static long checked(String call, long result) {
        if (result < 0 && result > -4096) {
            throw new SyscallException(call + " in the new server", (int) -result);
        }
        return result;
    }
}
