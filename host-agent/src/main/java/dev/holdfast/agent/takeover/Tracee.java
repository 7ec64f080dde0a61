package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.linux.Wait;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A thread of the new server, as its tracer sees it. */
final class Tracee {
    private static final int SYSCALL_STOP = 5 | 0x80;
    private static final int SIGSTOP = 19;
    private static final long ALL_SIGNALS = -1;
    private static final Duration CALL_WITHIN = Duration.ofSeconds(2);

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
    /** Whether it was told to stop since it was last let go on. */
    boolean asked;
    /** Its process's first thread, which has ended while others live: nothing is heard of it before they end too. */
    boolean ended;
    /** Made by vfork: its parent waits in the kernel, and cannot be stopped, until this one's exec or exit. */
    boolean borrowing;
    /** The signal to deliver when it is resumed from a signal-delivery-stop; 0 for none. */
    int signal;

    private final Consumer<Wait.Status> end;

    /**
     * A thread that runs.
     *
     * @param end told how it ended, when it does so while a call is made in it
     */
    Tracee(int tid, Space space, Consumer<Wait.Status> end) {
        this.tid = tid;
        this.space = space;
        this.end = end;
    }

    /** A call that was let in for a purpose. */
    sealed interface Plan {
        record Bind(int fd, HeldListener listener) implements Plan {}

        record Accept(HeldListener listener, long number) implements Plan {}

        /** It asks for the name of what stands in for that listener, and has so much room for it. */
        record Name(HeldListener listener, int room) implements Plan {}
    }

    /**
     * Runs a system call in the tracee and leaves its registers as they were in {@code base}; the caller sets them.
     *
     * @param instruction address of a syscall instruction in the tracee
     * @return its result, -errno for an error
     */
    long inject(Registers base, long instruction, long number, long... arguments) {
        if (!hasSyscallAt(instruction)) {
            throw new TakeoverException(
                    "no call can be made in server process " + space.pid + ": its code has changed");
        }
        Registers call = base.copy();
        call.rip(instruction).rax(number).origRax(-1).arguments(arguments);
        long blocked = Ptrace.signalMask(tid);
        // What comes meanwhile stays pending in the kernel, with all that it carries.
        Ptrace.signalMask(tid, ALL_SIGNALS);
        Ptrace.setRegisters(tid, call);
        toSyscallStop(true);
        toSyscallStop(true);
        Ptrace.registers(tid, call);
        Ptrace.signalMask(tid, blocked);
        return call.rax();
    }

    /** Whether other calls can be made in it as it stands: it is in a call of its own, or about to make one. */
    boolean isInCall() {
        Ptrace.registers(tid, registers);
        long rip = registers.rip();
        // An accept is known also where a breakpoint covers it.
        return space.accepts.contains(rip - 2)
                || space.accepts.contains(rip)
                || hasSyscallAt(rip - 2)
                || hasSyscallAt(rip);
    }

    private boolean hasSyscallAt(long address) {
        try {
            return Breakpoints.isSyscall(this, address);
        } catch (SyscallException e) {
            // It is not mapped.
            return false;
        }
    }

    /** Lets a thread that was stopped in its own code go on to its next call, and takes it back to before that. */
    void toCall() {
        toSyscallStop(false);
        leaveEntry();
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
            leaveCall();
        }
    }

    /** Takes the thread out of what is ours in its process: it may come back from a signal's handler when that is gone. */
    void leaveOurs() {
        Ptrace.registers(tid, registers);
        if (space.leaveOurs(registers)) {
            Ptrace.setRegisters(tid, registers);
        }
    }

    /** From an event in the middle of a call to its end, where its result is in the registers. */
    void leaveCall() {
        toSyscallStop(false);
    }

    /**
     * Lets the stopped thread go on to the next entry or exit of a call. Signals are the server's, but in a call of ours
     * there can be none that it has caused: all but SIGSTOP are blocked.
     */
    private void toSyscallStop(boolean injected) {
        int deliver = 0;
        while (true) {
            Ptrace.resumeToSyscall(tid, deliver);
            Wait.Status status = Wait.within(tid, Wait.WALL, CALL_WITHIN).orElseThrow(this::goesOn);
            if (!status.stopped()) {
                end.accept(status);
                throw new TakeoverException(
                        "the new server " + status.describe() + " while its sockets were given to it");
            }
            if (isSyscallStop(status)) {
                return;
            }
            deliver = status.event() == 0 ? status.stopSignal() : 0;
            if (injected && deliver != 0 && deliver != SIGSTOP) {
                throw new TakeoverException("a call that was made in the new server ended in signal " + deliver);
            }
        }
    }

    private TakeoverException goesOn() {
        stopped = false;
        asked = false;
        return new TakeoverException("thread " + tid + " of the server made no progress within "
                + CALL_WITHIN.toMillis() + " ms while its sockets were given to it");
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
