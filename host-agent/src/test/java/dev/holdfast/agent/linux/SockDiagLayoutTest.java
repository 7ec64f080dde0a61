package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The C compiler's view of the structs of sock_diag and of struct passwd. */
class SockDiagLayoutTest {
    private static final Path COMPILER = Path.of("/usr/bin/gcc");

    @TempDir
    Path dir;

    @Test
    void sizesAndOffsetsAreTheCompilers() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(COMPILER), "gcc is not installed");
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("sizeof(struct nlmsghdr)", (long) SockDiag.HEADER_SIZE);
        ours.put("sizeof(struct inet_diag_req_v2)", (long) SockDiag.REQUEST_SIZE);
        ours.put("offsetof(struct inet_diag_req_v2, idiag_states)", 4L);
        ours.put("sizeof(struct rtattr)", (long) SockDiag.ATTRIBUTE_SIZE);
        ours.put("sizeof(struct inet_diag_bc_op)", (long) PortFilter.OP_SIZE);
        ours.put("INET_DIAG_BC_JMP", (long) PortFilter.JUMP);
        ours.put("INET_DIAG_BC_S_EQ", (long) PortFilter.SOURCE_EQUALS);
        ours.put("INET_DIAG_BC_D_EQ", (long) PortFilter.DESTINATION_EQUALS);
        ours.put("sizeof(struct inet_diag_msg)", (long) TcpSocket.SIZE);
        ours.put("offsetof(struct inet_diag_msg, idiag_family)", (long) TcpSocket.FAMILY);
        ours.put("offsetof(struct inet_diag_msg, idiag_state)", (long) TcpSocket.STATE);
        ours.put("offsetof(struct inet_diag_msg, id.idiag_sport)", (long) TcpSocket.SOURCE_PORT);
        ours.put("offsetof(struct inet_diag_msg, id.idiag_dport)", (long) TcpSocket.DESTINATION_PORT);
        ours.put("offsetof(struct inet_diag_msg, id.idiag_src)", (long) TcpSocket.SOURCE);
        ours.put("offsetof(struct inet_diag_msg, id.idiag_dst)", (long) TcpSocket.DESTINATION);
        ours.put("offsetof(struct inet_diag_msg, id.idiag_cookie)", (long) TcpSocket.COOKIE);
        ours.put("offsetof(struct inet_diag_msg, idiag_uid)", (long) TcpSocket.UID);
        ours.put("offsetof(struct inet_diag_msg, idiag_inode)", (long) TcpSocket.INODE);
        ours.put("sizeof(struct passwd)", Passwd.LAYOUT.byteSize());
        ours.put("offsetof(struct passwd, pw_uid)", Passwd.UID);
        ours.put("offsetof(struct passwd, pw_gid)", Passwd.GID);
        ours.put("offsetof(struct passwd, pw_dir)", Passwd.HOME);

        assertThat(compilers(ours)).isEqualTo(ours);
    }

    private Map<String, Long> compilers(Map<String, Long> expressions) throws IOException, InterruptedException {
        String prints = expressions.keySet().stream()
                .map(expression -> "printf(\"%ld\\n\", (long)(" + expression + "));")
                .collect(Collectors.joining("\n"));
        Path source = dir.resolve("layout.c");
        Files.writeString(source, """
                #include <stdio.h>
                #include <stddef.h>
                #include <pwd.h>
                #include <linux/netlink.h>
                #include <linux/rtnetlink.h>
                #include <linux/inet_diag.h>
                int main(void) {
                %s
                return 0; }
                """.formatted(prints));
        Path program = dir.resolve("layout");
        Process compiler = new ProcessBuilder(COMPILER.toString(), "-o", program.toString(), source.toString())
                .inheritIO()
                .start();
        assertThat(compiler.waitFor()).isZero();
        Process printer = new ProcessBuilder(program.toString()).start();
        Map<String, Long> found = new LinkedHashMap<>();
        try (var lines = printer.inputReader()) {
            for (String expression : expressions.keySet()) {
                found.put(expression, Long.parseLong(lines.readLine()));
            }
        }
        return found;
    }
}
