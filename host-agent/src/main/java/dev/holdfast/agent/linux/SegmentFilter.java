package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A classic BPF program (SO_ATTACH_FILTER of socket(7)) for a TCP socket. It cuts segments off behind their header, so that
 * acknowledgements come in and data does not: the client keeps it and sends it again, for the first time after 200 ms
 * (TCP_RTO_MIN). What is at the end of the data, a FIN or an urgent pointer, must not come before it: that segment is dropped.
 */
final class SegmentFilter {
    // linux/bpf_common.h: class, size, mode and operation of an instruction.
    private static final int LOAD_BYTE = 0x30;
    private static final int LOAD_LENGTH = 0x80;
    private static final int AND = 0x54;
    private static final int SHIFT_RIGHT = 0x74;
    private static final int SUBTRACT_X = 0x1c;
    private static final int JUMP_EQUAL = 0x15;
    private static final int JUMP_ANY_SET = 0x45;
    private static final int A_TO_X = 0x07;
    private static final int X_TO_A = 0x87;
    private static final int RETURN = 0x06;
    private static final int RETURN_A = 0x16;

    // struct tcphdr.
    private static final int DATA_OFFSET = 12;
    private static final int FLAGS = 13;
    private static final int FIN = 0x01;
    private static final int URG = 0x20;

    /** The data at hand begins with the TCP header. */
    private static final int[][] PROGRAM = {
        {LOAD_BYTE, 0, 0, DATA_OFFSET},
        {AND, 0, 0, 0xf0},
        {SHIFT_RIGHT, 0, 0, 2},
        {A_TO_X, 0, 0, 0},
        {LOAD_LENGTH, 0, 0, 0},
        {SUBTRACT_X, 0, 0, 0},
        {JUMP_EQUAL, 0, 1, 0},
        {RETURN, 0, 0, -1},
        {LOAD_BYTE, 0, 0, FLAGS},
        {JUMP_ANY_SET, 0, 1, FIN | URG},
        {RETURN, 0, 0, 0},
        {X_TO_A, 0, 0, 0},
        {RETURN_A, 0, 0, 0}
    };

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

    private static final MemorySegment ENCODED = encode(Arena.global());

    private SegmentFilter() {}

    private static MemorySegment encode(Arena arena) {
        MemorySegment program = arena.allocate((long) PROGRAM.length * INSTRUCTION_SIZE, 8);
        for (int i = 0; i < PROGRAM.length; i++) {
            MemorySegment one = program.asSlice((long) i * INSTRUCTION_SIZE, INSTRUCTION_SIZE);
            one.set(ValueLayout.JAVA_SHORT, CODE, (short) PROGRAM[i][0]);
            one.set(ValueLayout.JAVA_BYTE, JUMP_TRUE, (byte) PROGRAM[i][1]);
            one.set(ValueLayout.JAVA_BYTE, JUMP_FALSE, (byte) PROGRAM[i][2]);
            one.set(INT, CONSTANT, PROGRAM[i][3]);
        }
        return program;
    }

    /** Writes a struct sock_fprog. */
    static void write(MemorySegment into) {
        into.set(ValueLayout.JAVA_SHORT, LENGTH, (short) PROGRAM.length);
        into.set(Native.LONG, INSTRUCTIONS, ENCODED.address());
    }
}
