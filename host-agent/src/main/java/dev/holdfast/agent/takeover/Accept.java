package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.ProcessMemory;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.Sockets;

/** What an accept(2) or accept4(2) returns that is not made: the thread has hit the breakpoint at its instruction. */
final class Accept {
    private Accept() {}

    /** A connection that is among the process's descriptors: number, peer and flags as the call would have given them. */
    static void give(Tracee tracee, Allotment.Given given, long instruction, Sockets sockets) {
        Registers registers = tracee.registers;
        HeldConnection connection = given.connection();
        if (registers.rsi() != 0 && registers.rdx() != 0) {
            byte[] peer = connection.rawPeer();
            int room = Math.max(0, ProcessMemory.readInt(tracee.space.pid, registers.rdx()));
            ProcessMemory.write(
                    tracee.space.pid, registers.rsi(), peer, Math.min(room, peer.length), registers.rdx(), peer.length);
        }
        connection.setNonBlocking((flags(registers) & Sockets.SOCK_NONBLOCK) != 0);
        connection.resume(sockets);
        back(tracee, instruction, given.number());
    }

    /** Nobody waits, as a listener that does not block says it. */
    static void giveNobody(Tracee tracee, long instruction) {
        back(tracee, instruction, -Errno.EAGAIN);
    }

    private static void back(Tracee tracee, long instruction, long result) {
        Ptrace.setRegisters(
                tracee.tid,
                tracee.registers.rax(result).rip(instruction + 2).origRax(-1).afterSyscallInstruction());
    }

    static boolean closeOnExec(Registers registers) {
        return (flags(registers) & Sockets.SOCK_CLOEXEC) != 0;
    }

    /** Of accept4(2); accept(2) has none. */
    static int flags(Registers registers) {
        return registers.rax() == Gate.SYS_ACCEPT4 ? (int) registers.r10() : 0;
    }
}
