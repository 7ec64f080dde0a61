package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Constants that are called as in C have C's values. */
class ConstantsTest {
    @TempDir
    Path dir;

    @Test
    void valuesAreTheCompilers() throws IOException, InterruptedException, IllegalAccessException {
        Map<String, Long> ours = new LinkedHashMap<>();
        for (Class<?> type : List.of(Errno.class, Sockets.class, Fds.class, SocketAddresses.class)) {
            for (Field field : type.getDeclaredFields()) {
                int modifiers = field.getModifiers();
                boolean constant = Modifier.isPublic(modifiers) && Modifier.isStatic(modifiers);
                if (constant && !field.getName().endsWith("_SIZE")) {
                    ours.put(field.getName(), field.getLong(null));
                }
            }
        }
        ours.put("MSG_CMSG_CLOEXEC", (long) FdPassing.MSG_CMSG_CLOEXEC);
        ours.put("WNOHANG", (long) Wait.WNOHANG);
        ours.put("WUNTRACED", (long) Wait.WUNTRACED);
        ours.put("__WNOTHREAD", (long) Wait.WNOTHREAD);
        ours.put("__WALL", (long) Wait.WALL);
        ours.put("PTRACE_EVENT_FORK", (long) Ptrace.EVENT_FORK);
        ours.put("PTRACE_EVENT_VFORK", (long) Ptrace.EVENT_VFORK);
        ours.put("PTRACE_EVENT_CLONE", (long) Ptrace.EVENT_CLONE);
        ours.put("PTRACE_EVENT_EXEC", (long) Ptrace.EVENT_EXEC);
        ours.put("PTRACE_EVENT_STOP", (long) Ptrace.EVENT_STOP);

        assertThat(ours).hasSizeGreaterThan(30);
        assertThat(CCompiler.values(
                        dir,
                        List.of(
                                "errno.h",
                                "fcntl.h",
                                "netinet/in.h",
                                "netinet/tcp.h",
                                "sys/socket.h",
                                "sys/wait.h",
                                "linux/ptrace.h"),
                        ours.keySet()))
                .isEqualTo(ours);
    }

    @Test
    void errorsAreNamedAsInC() throws IllegalAccessException {
        for (Field field : Errno.class.getDeclaredFields()) {
            assertThat(Errno.text(field.getInt(null))).startsWith(field.getName() + ": ");
        }
        assertThat(Errno.text(4711)).isEqualTo("errno 4711");
    }

    @Test
    void anExceptionNamesCallAndError() {
        SyscallException failed = new SyscallException("pidfd_open 17", Errno.ESRCH);

        assertThat(failed).hasMessage("pidfd_open 17: ESRCH: no such process");
        assertThat(failed.errno()).isEqualTo(Errno.ESRCH);
    }
}
