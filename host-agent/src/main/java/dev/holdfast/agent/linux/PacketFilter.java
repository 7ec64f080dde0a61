package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.BpfProgram.Instruction.*;

import dev.holdfast.agent.linux.BpfProgram.Instruction;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A filter for a packet socket: TCP of some ports, over IPv4 or IPv6, and on the loopback interface each segment once. */
final class PacketFilter {
    /** Fields that are not in the packet; linux/filter.h. */
    private static final int ANCILLARY = -0x1000;

    private static final int PACKET_TYPE = ANCILLARY + 4;
    private static final int HARDWARE = ANCILLARY + 28;
    private static final int PACKET_OUTGOING = 4;
    private static final int ARPHRD_LOOPBACK = 772;
    private static final int TCP = 6;
    private static final int FRAGMENT = 0x1fff;
    private static final int WHOLE = 0x7fffffff;

    private PacketFilter() {}

    /** The data at hand begins with the IP header. */
    static BpfProgram of(Arena arena, Collection<Integer> ports) {
        List<Instruction> four = List.of(
                Instruction.jump(JUMP_EQUAL, 0x40, 1, 0),
                Instruction.of(RETURN, 0),
                Instruction.of(LOAD_BYTE, 9),
                Instruction.jump(JUMP_EQUAL, TCP, 1, 0),
                Instruction.of(RETURN, 0),
                Instruction.of(LOAD_HALF, 6),
                Instruction.jump(JUMP_ANY_SET, FRAGMENT, 0, 1),
                Instruction.of(RETURN, 0),
                Instruction.of(LOAD_X_HEADER, 0));
        List<Instruction> six = List.of(
                Instruction.of(LOAD_BYTE, 6),
                Instruction.jump(JUMP_EQUAL, TCP, 1, 0),
                Instruction.of(RETURN, 0),
                Instruction.of(LOAD_X, 40),
                Instruction.of(JUMP, four.size()));
        List<Instruction> program = new ArrayList<>(List.of(
                Instruction.of(LOAD_WORD, PACKET_TYPE),
                Instruction.jump(JUMP_EQUAL, PACKET_OUTGOING, 0, 3),
                Instruction.of(LOAD_WORD, HARDWARE),
                Instruction.jump(JUMP_EQUAL, ARPHRD_LOOPBACK, 0, 1),
                Instruction.of(RETURN, 0),
                Instruction.of(LOAD_BYTE, 0),
                Instruction.of(AND, 0xf0),
                Instruction.jump(JUMP_EQUAL, 0x60, 0, six.size())));
        program.addAll(six);
        program.addAll(four);
        for (int field : new int[] {0, 2}) {
            program.add(Instruction.of(LOAD_HALF_AT, field));
            for (int port : ports) {
                program.add(Instruction.jump(JUMP_EQUAL, port, 0, 1));
                program.add(Instruction.of(RETURN, WHOLE));
            }
        }
        program.add(Instruction.of(RETURN, 0));
        return BpfProgram.of(arena, program);
    }
}
