package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A classic BPF program as SO_ATTACH_FILTER of socket(7) takes it.
 *
 * @param instructions an array of struct sock_filter
 */
record BpfProgram(MemorySegment instructions, int length) {
    /** struct sock_filter. */
    static final int INSTRUCTION_SIZE = 8;

    static final int CODE = 0;
    static final int JUMP_TRUE = 2;
    static final int JUMP_FALSE = 3;
    static final int CONSTANT = 4;

    /** struct sock_fprog. */
    static final int SIZE = 16;

    static final int LENGTH = 0;
    static final int INSTRUCTIONS = 8;

    /** An instruction of linux/bpf_common.h; jumps count from the one behind it. */
    record Instruction(int code, int jumpTrue, int jumpFalse, int constant) {
        static final int LOAD_BYTE = 0x30;
        static final int LOAD_HALF = 0x28;
        static final int LOAD_WORD = 0x20;
        /** At X plus the constant. */
        static final int LOAD_HALF_AT = 0x48;

        static final int LOAD_LENGTH = 0x80;
        static final int LOAD_X = 0x01;
        /** Four times the low half of the byte there: the length of an IPv4 header. */
        static final int LOAD_X_HEADER = 0xb1;

        static final int AND = 0x54;
        static final int SHIFT_RIGHT = 0x74;
        static final int SUBTRACT_X = 0x1c;
        static final int JUMP = 0x05;
        static final int JUMP_EQUAL = 0x15;
        static final int JUMP_ANY_SET = 0x45;
        static final int A_TO_X = 0x07;
        static final int X_TO_A = 0x87;
        /** As much of the packet as the constant says; 0 for nothing of it. */
        static final int RETURN = 0x06;

        static final int RETURN_A = 0x16;

        static Instruction of(int code, int constant) {
            return new Instruction(code, 0, 0, constant);
        }

        static Instruction jump(int code, int constant, int jumpTrue, int jumpFalse) {
            return new Instruction(code, jumpTrue, jumpFalse, constant);
        }
    }

    static BpfProgram of(Arena arena, List<Instruction> instructions) {
        MemorySegment program = arena.allocate((long) instructions.size() * INSTRUCTION_SIZE, 8);
        for (int i = 0; i < instructions.size(); i++) {
            Instruction instruction = instructions.get(i);
            MemorySegment one = program.asSlice((long) i * INSTRUCTION_SIZE, INSTRUCTION_SIZE);
            one.set(ValueLayout.JAVA_SHORT, CODE, (short) instruction.code());
            one.set(ValueLayout.JAVA_BYTE, JUMP_TRUE, (byte) instruction.jumpTrue());
            one.set(ValueLayout.JAVA_BYTE, JUMP_FALSE, (byte) instruction.jumpFalse());
            one.set(INT, CONSTANT, instruction.constant());
        }
        return new BpfProgram(program, instructions.size());
    }

    /** Writes a struct sock_fprog. */
    void write(MemorySegment into) {
        into.set(ValueLayout.JAVA_SHORT, LENGTH, (short) length);
        into.set(Native.LONG, INSTRUCTIONS, instructions.address());
    }
}
