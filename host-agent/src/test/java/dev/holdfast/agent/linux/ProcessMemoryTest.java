package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
    private static final int SELF = (int) ProcessHandle.current().pid();

    @Test
    void readsAndWrites() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(16);
            ProcessMemory.write(SELF, memory.address(), "held fast".getBytes(StandardCharsets.US_ASCII));

            assertThat(memory.getString(0)).isEqualTo("held fast");
            assertThat(ProcessMemory.read(SELF, memory.address() + 5, 4))
                    .asString()
                    .isEqualTo("fast");
            memory.set(Native.INT, 12, -4711);
            assertThat(ProcessMemory.readInt(SELF, memory.address() + 12)).isEqualTo(-4711);
        }
    }

    @Test
    void anAddressThatIsNotThereIsAFailure() {
        assertThatThrownBy(() -> ProcessMemory.read(SELF, 8, 1))
                .isInstanceOf(SyscallException.class)
                .hasMessage("process_vm_readv: EFAULT: bad address");
        assertThatThrownBy(() -> ProcessMemory.write(SELF, 8, new byte[1]))
                .hasMessage("process_vm_writev: EFAULT: bad address");
    }
}
