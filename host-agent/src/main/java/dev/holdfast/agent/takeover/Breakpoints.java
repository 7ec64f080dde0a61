package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.ProcessMemory;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.SyscallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * int3 over the accept instructions of a server: one stop an accept in place of two a system call. What is not for us is
 * made from a copy of the instruction elsewhere, so that the breakpoint stays in force for the other threads.
 */
final class Breakpoints {
    private static final long SYSCALL = 0x050f;
    private static final long INT3 = 0xcc;

    private static final int NEAR = 256;
    /** Bytes around an instruction by which a program is known. */
    private static final int ALIKE = 64;

    private static final byte MOV_EAX = (byte) 0xb8;
    private static final int MOV_SYSCALL = 7;

    private Breakpoints() {}

    /**
     * Covers, in every process, the accept instructions that any of them was seen to use and that it has too.
     *
     * @param capacity how many connections a process may be given
     */
    static void setAll(Collection<Tracee> oneOfEach, Collection<Space> spaces, int capacity) {
        Map<Tracee, Set<Long>> found = new HashMap<>();
        for (Space teacher : spaces) {
            for (long instruction : teacher.accepts) {
                oneOfEach.stream()
                        .filter(tracee -> tracee.space == teacher || sameText(teacher, tracee.space, instruction))
                        .forEach(tracee -> found.computeIfAbsent(tracee, key -> new LinkedHashSet<>())
                                .add(instruction));
            }
        }
        // Only now, since it changes the text.
        found.forEach(
                (tracee, instructions) -> instructions.forEach(instruction -> set(tracee, instruction, capacity)));
    }

    /** Whether both have the same program there, as a worker and its sibling do. */
    private static boolean sameText(Space one, Space other, long instruction) {
        try {
            return Arrays.equals(
                    ProcessMemory.read(one.pid, instruction - ALIKE / 2, ALIKE),
                    ProcessMemory.read(other.pid, instruction - ALIKE / 2, ALIKE));
        } catch (SyscallException e) {
            // It is not mapped there.
            return false;
        }
    }

    /** Covers the instruction in the process of the stopped thread; does nothing where there is no such instruction. */
    private static void set(Tracee tracee, long instruction, int capacity) {
        long word = Ptrace.peekText(tracee.tid, instruction);
        if ((word & 0xffff) != SYSCALL) {
            return;
        }
        Ptrace.registers(tracee.tid, tracee.registers);
        Registers base = tracee.registers.copy();
        if (tracee.space.instruction == 0) {
            tracee.space.instruction = instruction;
        }
        tracee.space.accepts.add(instruction);
        tracee.space.addStub(tracee, base, instruction);
        tracee.space.addShortcut(tracee, base, instruction, capacity);
        Ptrace.setRegisters(tracee.tid, Tracee.restarted(base));
        Ptrace.pokeText(tracee.tid, instruction, (word & ~0xffL) | INT3);
    }

    /**
     * The accept instructions near a known one: the C library has one for processes with a single thread and one for others
     * in the same function, and a server that makes its first thread changes over. Each is "mov $NUMBER, %eax; syscall".
     */
    static void findAlike(Space space, long instruction, long number) {
        byte[] around;
        try {
            around = ProcessMemory.read(space.pid, instruction - NEAR, 2 * NEAR);
        } catch (SyscallException e) {
            // The neighbourhood is not mapped: then there is nothing like it there.
            return;
        }
        for (int i = 0; i + MOV_SYSCALL <= around.length; i++) {
            ByteBuffer code = ByteBuffer.wrap(around, i, MOV_SYSCALL).order(ByteOrder.LITTLE_ENDIAN);
            if (code.get() == MOV_EAX && code.getInt() == number && code.getShort() == SYSCALL) {
                space.accepts.add(instruction - NEAR + i + MOV_SYSCALL - 2);
            }
        }
    }

    static boolean isSyscall(Tracee tracee, long address) {
        return (Ptrace.peekText(tracee.tid, address) & 0xffff) == SYSCALL;
    }

    /** Uncovers all instructions of the process. */
    static void clear(Tracee tracee) {
        tracee.space.clearShortcuts(tracee);
        for (long instruction : tracee.space.accepts) {
            long word = Ptrace.peekText(tracee.tid, instruction);
            if ((word & 0xff) == INT3) {
                Ptrace.pokeText(tracee.tid, instruction, (word & ~0xffL) | (SYSCALL & 0xff));
            }
        }
    }

    /** The instruction whose breakpoint the thread has hit, 0 for none. */
    static long hit(Tracee tracee) {
        Ptrace.registers(tracee.tid, tracee.registers);
        long instruction = tracee.registers.rip() - 1;
        return tracee.space.accepts.contains(instruction) ? instruction : 0;
    }
}
