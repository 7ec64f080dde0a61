package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpawnTest {
    private static final MethodHandle DUP = Native.function("dup", INT, INT);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void hasJustWhatItIsToInherit(boolean two) throws Throwable {
        try (Loopback pair = new Loopback();
                OwnedFd high = Fds.dup3(pair.client, 2500)) {
            int leaking = (int) DUP.invokeExact(Native.errnoSlot(), pair.listener.number());
            OwnedFd[] inherited = two ? new OwnedFd[] {high, pair.server} : new OwnedFd[] {};
            try (Sleeper sleeper = new Sleeper(inherited)) {
                String[] expected = two
                        ? new String[] {"0", "1", "2", "2500", String.valueOf(pair.server.number())}
                        : new String[] {"0", "1", "2"};
                assertThat(Objects.requireNonNull(new File("/proc/" + sleeper.pid + "/fd").list()))
                        .containsExactlyInAnyOrder(expected);
                for (OwnedFd fd : inherited) {
                    assertThat(Files.readSymbolicLink(Path.of("/proc/" + sleeper.pid + "/fd/" + fd.number())))
                            .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd.number())));
                }
            } finally {
                new OwnedFd(leaking).close();
            }
        }
    }

    @Test
    void hasJustItsEnvironment() throws IOException {
        try (Sleeper sleeper = new Sleeper()) {
            assertThat(Files.readString(Path.of("/proc/" + sleeper.pid + "/environ")))
                    .isEqualTo("PATH=/usr/bin:/bin\0LANG=C\0");
        }
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Spawn.spawn(List.of("/no/such"), List.of(), "/", "/dev/null", "/dev/null", List.of()))
                .isInstanceOf(SyscallException.class)
                .hasMessage("posix_spawn /no/such: ENOENT: no such file or directory");
    }
}
