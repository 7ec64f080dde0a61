package dev.holdfast.agent.takeover;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The smallest of servers, as an executable file (elf(5)): it listens on a port of 127.0.0.1, accepts whoever comes, and says
 * nothing, for as long as the thread lives that started it. It asks for the connections as the C library does, and is made
 * where it runs, so that nothing need be installed.
 */
final class AcceptLoop {
    private static final byte[] FILE = MachineCode.assembled("""
            7f454c46020101000000000000000000  e_ident: 64 bits, least byte first
            02003e0001000000      e_type ET_EXEC, e_machine EM_X86_64, e_version
            7800400000000000      e_entry
            4000000000000000      e_phoff
            0000000000000000      e_shoff
            00000000400038000100  e_flags, e_ehsize, e_phentsize, e_phnum
            000000000000          no sections
            0100000005000000      p_type PT_LOAD, p_flags PF_R PF_X
            0000000000000000      p_offset
            0000400000000000      p_vaddr
            0000400000000000      p_paddr
            e600000000000000      p_filesz
            e600000000000000      p_memsz
            0010000000000000      p_align
            b89d000000            mov $157, %eax             # 78: prctl
            bf01000000            mov $1, %edi               # PR_SET_PDEATHSIG
            be09000000            mov $9, %esi               # SIGKILL
            0f05                  syscall
            b829000000            mov $41, %eax              # socket
            bf02000000            mov $2, %edi               # AF_INET
            be01000000            mov $1, %esi               # SOCK_STREAM
            31d2                  xor %edx, %edx
            0f05                  syscall
            4189c4                mov %eax, %r12d
            89c7                  mov %eax, %edi
            488d352e000000        lea d6(%rip), %rsi
            ba10000000            mov $16, %edx
            b831000000            mov $49, %eax              # bind
            0f05                  syscall
            4489e7                mov %r12d, %edi
            be80000000            mov $128, %esi
            b832000000            mov $50, %eax              # listen
            0f05                  syscall
            4489e7                mov %r12d, %edi            # c3
            31f6                  xor %esi, %esi
            31d2                  xor %edx, %edx
            4531d2                xor %r10d, %r10d
            b820010000            mov $288, %eax             # accept4
            0f05                  syscall
            ebed                  jmp c3
            020000007f000001      AF_INET, port, 127.0.0.1   # d6
            0000000000000000      sin_zero
            """);

    private static final int PORT_AT = 0xd8;

    private AcceptLoop() {}

    /** Writes the program for that port. */
    static Path write(Path directory, int port) throws IOException {
        byte[] file = FILE.clone();
        ByteBuffer.wrap(file).order(ByteOrder.BIG_ENDIAN).putShort(PORT_AT, (short) port);
        Path program = Files.createTempFile(directory, "accept-loop", "");
        Files.write(program, file);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("r-x------"));
        return program;
    }
}
