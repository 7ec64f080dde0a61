package dev.holdfast.agent.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * INET_DIAG_REQ_BYTECODE: has the kernel leave out sockets of other ports. Each comparison takes two struct
 * inet_diag_bc_op, the second one holding the port; what jumps exactly to the end is in, what jumps behind it is out.
 */
final class PortFilter {
    /** sizeof(struct inet_diag_bc_op): code and yes of one byte, no of two. */
    static final int OP_SIZE = 4;

    static final int CODE = 0;
    static final int YES = 1;
    static final int NO = 2;

    static final int JUMP = 1;
    static final int SOURCE_EQUALS = 11;
    static final int DESTINATION_EQUALS = 12;

    private static final int COMPARISON_SIZE = 2 * OP_SIZE;
    private static final int STEP_SIZE = COMPARISON_SIZE + OP_SIZE;

    private record Comparison(int code, int port) {}

    private final List<Comparison> comparisons = new ArrayList<>();

    PortFilter(Collection<Integer> ports, boolean eitherEnd) {
        for (int port : ports) {
            comparisons.add(new Comparison(SOURCE_EQUALS, port));
            if (eitherEnd) {
                comparisons.add(new Comparison(DESTINATION_EQUALS, port));
            }
        }
    }

    /** In bytes; {@link SockDiag} keeps it within the 16 bits of a jump. */
    int size() {
        return comparisons.size() * STEP_SIZE - OP_SIZE;
    }

    void write(MemorySegment into) {
        long at = 0;
        for (Comparison comparison : comparisons) {
            boolean last = at + COMPARISON_SIZE == size();
            op(into, at, comparison.code(), COMPARISON_SIZE, last ? COMPARISON_SIZE + OP_SIZE : STEP_SIZE);
            op(into, at + OP_SIZE, 0, 0, comparison.port());
            at += COMPARISON_SIZE;
            if (!last) {
                op(into, at, JUMP, OP_SIZE, (int) (size() - at));
                at += OP_SIZE;
            }
        }
    }

    private static void op(MemorySegment into, long at, int code, int yes, int no) {
        into.set(ValueLayout.JAVA_BYTE, at + CODE, (byte) code);
        into.set(ValueLayout.JAVA_BYTE, at + YES, (byte) yes);
        into.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + NO, (short) no);
    }
}
