package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.BpfProgram.Instruction.*;

import dev.holdfast.agent.linux.BpfProgram.Instruction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A filter for a TCP socket. It cuts segments off behind their header, so that
 * acknowledgements come in and data does not: the client keeps it and sends it again, for the first time after 200 ms
 * (TCP_RTO_MIN). What is at the end of the data, a FIN or an urgent pointer, must not come before it: that segment is dropped.
 */
final class SegmentFilter {
    // struct tcphdr.
    private static final int DATA_OFFSET = 12;
    private static final int FLAGS = 13;
    private static final int FIN = 0x01;
    private static final int URG = 0x20;

    /** The data at hand begins with the TCP header. */
    private static final BpfProgram PROGRAM = BpfProgram.of(
            Arena.global(),
            List.of(
                    Instruction.of(LOAD_BYTE, DATA_OFFSET),
                    Instruction.of(AND, 0xf0),
                    Instruction.of(SHIFT_RIGHT, 2),
                    Instruction.of(A_TO_X, 0),
                    Instruction.of(LOAD_LENGTH, 0),
                    Instruction.of(SUBTRACT_X, 0),
                    Instruction.jump(JUMP_EQUAL, 0, 0, 1),
                    Instruction.of(RETURN, -1),
                    Instruction.of(LOAD_BYTE, FLAGS),
                    Instruction.jump(JUMP_ANY_SET, FIN | URG, 0, 1),
                    Instruction.of(RETURN, 0),
                    Instruction.of(X_TO_A, 0),
                    Instruction.of(RETURN_A, 0)));

    private static final BpfProgram NOTHING = BpfProgram.of(Arena.global(), List.of(Instruction.of(RETURN, 0)));

    private SegmentFilter() {}

    /** Writes a struct sock_fprog. */
    static void write(MemorySegment into) {
        PROGRAM.write(into);
    }

    /** As {@link #write}, for a filter that drops everything. */
    static void writeNothing(MemorySegment into) {
        NOTHING.write(into);
    }
}
