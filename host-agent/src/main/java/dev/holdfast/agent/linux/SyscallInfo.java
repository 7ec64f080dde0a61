package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.LONG;

import dev.holdfast.agent.linux.Ptrace.Call;
import java.lang.foreign.MemorySegment;

/** struct ptrace_syscall_info of linux/ptrace.h. */
final class SyscallInfo {
    static final int SIZE = 88;
    static final int OP = 0;
    static final int NUMBER = 24;
    static final int ARGUMENTS = 32;
    static final int RESULT = 24;
    static final byte ENTRY = 1;
    static final byte EXIT = 2;

    private SyscallInfo() {}

    static Call read(MemorySegment info) {
        return switch (info.get(Native.BYTE, OP)) {
            case ENTRY ->
                new Call.Entry(
                        info.get(LONG, NUMBER),
                        info.get(LONG, ARGUMENTS),
                        info.get(LONG, ARGUMENTS + 8),
                        info.get(LONG, ARGUMENTS + 24));
            case EXIT -> new Call.Exit(info.get(LONG, RESULT));
            default -> new Call.None();
        };
    }
}
