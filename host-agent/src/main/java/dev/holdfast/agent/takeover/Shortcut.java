package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.ProcessMemory;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Code that a process of the new server runs in place of the {@code mov $NUMBER, %eax} before an accept instruction: it takes
 * the next connection of an {@link AcceptQueue} and is back behind the instruction, without a stop. Where there is none, or
 * the listener or the flags are others, it goes on at the instruction, where the breakpoint is. It changes rax, rcx, r11 and
 * the condition codes, as a compiler expects of a system call, and no stack.
 *
 * @param address where the code is
 * @param instruction the accept instruction, {@code syscall}, which {@link #follows} a mov
 * @param number of the call, accept(2) or accept4(2)
 */
record Shortcut(long address, long instruction, long number) {
    private static final byte[] CODE = MachineCode.assembled("""
            48b90000000000000000  movabs QUEUE, %rcx
            3b39                  cmp (%rcx), %edi           # the listener
            756e                  jne 7c
            443b5104              cmp 4(%rcx), %r10d         # the flags; for accept(2): cmpl $0, 4(%rcx)
            7568                  jne 7c
            4885f6                test %rsi, %rsi            # who asks for no name
            740c                  je 25
            4885d2                test %rdx, %rdx
            745e                  je 7c
            8b02                  mov (%rdx), %eax
            3b4118                cmp 24(%rcx), %eax         # has room for one
            7c57                  jl 7c
            488b4108              mov 8(%rcx), %rax          # 25: next
            483b4110              cmp 16(%rcx), %rax         # limit
            734d                  jae 7c
            4c8d5820              lea 32(%rax), %r11
            f04c0fb15908          lock cmpxchg %r11, 8(%rcx)
            75ea                  jne 25                     # 39
            4885f6                test %rsi, %rsi            # 3b: rax is the entry
            742c                  je 6c
            4c8b5804              mov 4(%rax), %r11
            4c891e                mov %r11, (%rsi)
            4c8b580c              mov 12(%rax), %r11
            4c895e08              mov %r11, 8(%rsi)
            448b5918              mov 24(%rcx), %r11d
            44891a                mov %r11d, (%rdx)
            4183fb10              cmp $16, %r11d             # struct sockaddr_in, else sockaddr_in6
            7410                  je 6c
            4c8b5814              mov 20(%rax), %r11
            4c895e10              mov %r11, 16(%rsi)
            448b581c              mov 28(%rax), %r11d
            44895e18              mov %r11d, 24(%rsi)
            8b00                  mov (%rax), %eax           # 6c
            ff2500000000          jmp *0(%rip)               # 6e: rax is the descriptor
            0000000000000000      behind the instruction
            b800000000            mov NUMBER, %eax           # 7c
            ff2500000000          jmp *0(%rip)
            0000000000000000      the instruction
            """);

    private static final int QUEUE_AT = 0x02;
    private static final int FLAGS_AT = 0x0e;
    private static final int SWAPPED = 0x39;
    private static final int TAKEN = 0x3b;
    private static final int BACK = 0x6e;
    private static final int BEHIND_AT = 0x74;
    private static final int NUMBER_AT = 0x7d;
    private static final int INSTRUCTION_AT = 0x87;
    private static final int NO_FLAGS = 0x00_04_79_83;
    private static final int ZERO_FLAG = 0x40;

    /** Room for one, and some. */
    static final int SIZE = 160;

    private static final int SYSCALL = 2;
    private static final int MOV = 5;
    private static final int MOV_EAX = 0xb8;
    private static final int JMP = 0xe9;
    private static final long FIVE_BYTES = 0xff_ffff_ffffL;

    /** Whether the accept instruction is right behind a mov of that call's number, to which nobody else can have jumped. */
    static boolean follows(Tracee tracee, long instruction, long number) {
        long word = Ptrace.peekText(tracee.tid, instruction - MOV);
        return (word & FIVE_BYTES) == (MOV_EAX | number << 8);
    }

    /** Whether a jump there fits into the mov's place. */
    boolean isInReach() {
        return distance() == (int) distance();
    }

    private long distance() {
        return address - instruction;
    }

    /**
     * Puts the code where it is to be, and the jump to it; every thread of the process is stopped.
     *
     * @param queue where the process has its {@link AcceptQueue}
     */
    void set(Tracee tracee, long queue) {
        ByteBuffer code = ByteBuffer.wrap(code(queue)).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < SIZE; at += Long.BYTES) {
            Ptrace.pokeText(tracee.tid, address + at, code.getLong(at));
        }
        write(tracee, JMP | (distance() & 0xffff_ffffL) << 8);
    }

    /** The code for a queue at that address of the process. */
    byte[] code(long queue) {
        ByteBuffer code = ByteBuffer.wrap(Arrays.copyOf(CODE, SIZE)).order(ByteOrder.LITTLE_ENDIAN);
        code.putLong(QUEUE_AT, queue);
        if (number == Gate.SYS_ACCEPT) {
            code.putInt(FLAGS_AT, NO_FLAGS);
        }
        code.putLong(BEHIND_AT, instruction + SYSCALL);
        code.putInt(NUMBER_AT, (int) number);
        code.putLong(INSTRUCTION_AT, instruction);
        return code.array();
    }

    /** Puts the mov back; every thread of the process is stopped. */
    void clear(Tracee tracee) {
        write(tracee, MOV_EAX | number << 8);
    }

    private void write(Tracee tracee, long fiveBytes) {
        long word = Ptrace.peekText(tracee.tid, instruction - MOV);
        Ptrace.pokeText(tracee.tid, instruction - MOV, (word & ~FIVE_BYTES) | fiveBytes);
    }

    boolean contains(long rip) {
        return rip >= address && rip < address + SIZE;
    }

    /**
     * Takes a stopped thread out of the code: to its end if the thread has taken a connection, else back before the mov.
     */
    void leave(int pid, Registers registers) {
        long at = registers.rip() - address;
        boolean hasTaken = (at == SWAPPED && (registers.eflags() & ZERO_FLAG) != 0) || (at >= TAKEN && at < BACK);
        if (hasTaken) {
            finish(pid, registers);
        }
        if (hasTaken || at == BACK) {
            registers.rip(instruction + SYSCALL);
        } else {
            registers.rip(instruction - MOV);
        }
    }

    private static void finish(int pid, Registers registers) {
        long entry = registers.rax();
        if (registers.rsi() != 0) {
            int length = ProcessMemory.readInt(pid, registers.rcx() + AcceptQueue.PEER_LENGTH);
            byte[] peer = ProcessMemory.read(pid, entry + AcceptQueue.PEER, length);
            ProcessMemory.write(pid, registers.rsi(), peer, length, registers.rdx(), length);
        }
        registers.rax(ProcessMemory.readInt(pid, entry));
    }
}
