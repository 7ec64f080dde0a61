package dev.holdfast.agent.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * struct user_regs_struct of sys/user.h, x86-64. System calls take their number in rax and their arguments in rdi, rsi,
 * rdx, r10, r8, r9 (syscall(2)); the instruction itself overwrites rcx and r11.
 */
public final class Registers {
    public static final int SIZE = 216;
    static final int R11 = 48;
    static final int R10 = 56;
    static final int R9 = 64;
    static final int R8 = 72;
    static final int RAX = 80;
    static final int RCX = 88;
    static final int RDX = 96;
    static final int RSI = 104;
    static final int RDI = 112;
    static final int ORIG_RAX = 120;
    static final int RIP = 128;
    static final int EFLAGS = 144;
    static final int RSP = 152;

    private final MemorySegment segment;

    public Registers() {
        this(Arena.ofAuto().allocate(SIZE, 8));
    }

    private Registers(MemorySegment segment) {
        this.segment = segment;
    }

    MemorySegment segment() {
        return segment;
    }

    public void copyFrom(Registers other) {
        segment.copyFrom(other.segment);
    }

    public Registers copy() {
        Registers copy = new Registers();
        copy.copyFrom(this);
        return copy;
    }

    /** The result of a call at its exit; the number of one at its entry under a breakpoint. */
    public long rax() {
        return segment.get(Native.LONG, RAX);
    }

    public Registers rax(long value) {
        segment.set(Native.LONG, RAX, value);
        return this;
    }

    /** The number of the call that the kernel is in, -1 for none. */
    public long origRax() {
        return segment.get(Native.LONG, ORIG_RAX);
    }

    public Registers origRax(long value) {
        segment.set(Native.LONG, ORIG_RAX, value);
        return this;
    }

    public long rip() {
        return segment.get(Native.LONG, RIP);
    }

    public Registers rip(long value) {
        segment.set(Native.LONG, RIP, value);
        return this;
    }

    /** What the instruction at which the thread is may read of the one before. */
    public long eflags() {
        return segment.get(Native.LONG, EFLAGS);
    }

    public long rcx() {
        return segment.get(Native.LONG, RCX);
    }

    public long rsp() {
        return segment.get(Native.LONG, RSP);
    }

    public long rdi() {
        return segment.get(Native.LONG, RDI);
    }

    public long rsi() {
        return segment.get(Native.LONG, RSI);
    }

    public long rdx() {
        return segment.get(Native.LONG, RDX);
    }

    public long r10() {
        return segment.get(Native.LONG, R10);
    }

    public Registers arguments(long... values) {
        int[] offsets = {RDI, RSI, RDX, R10, R8, R9};
        for (int i = 0; i < offsets.length; i++) {
            segment.set(Native.LONG, offsets[i], i < values.length ? values[i] : 0);
        }
        return this;
    }

    /** What the syscall instruction leaves in rcx and r11. */
    public Registers afterSyscallInstruction() {
        segment.set(Native.LONG, RCX, rip());
        segment.set(Native.LONG, R11, segment.get(Native.LONG, EFLAGS));
        return this;
    }
}
