package dev.holdfast.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessStoreTest {
    private static final ProcessIdentity SELF =
            ProcessIdentity.of((int) ProcessHandle.current().pid());
    private static final ManagedProcess RUNNING = ManagedProcess.starting("p-1", Images.plain("exec: [x]\n"))
            .spawned(SELF, Instant.EPOCH)
            .running();

    @TempDir
    Path dir;

    @Test
    void givesBackWhatWasSaved() {
        new ProcessStore(dir).save(RUNNING);

        assertThat(new ProcessStore(dir).load()).containsExactly(RUNNING);
    }

    @Test
    void whatRanBeforeTheHostWasBootedDoesNotRunAnyMore() {
        new ProcessStore(dir, "an earlier boot").save(RUNNING);

        ManagedProcess found = new ProcessStore(dir).load().getFirst();

        assertThat(found.identity().alive()).isFalse();
        assertThat(found.pid()).isEqualTo(RUNNING.pid());
        assertThat(found.state()).isEqualTo(ManagedProcess.State.RUNNING);
    }

    @Test
    void anEmptyStateIsNamed() throws IOException {
        Path state = Files.createDirectories(dir.resolve("p-1")).resolve("state.json");
        Files.createFile(state);

        assertThatThrownBy(() -> new ProcessStore(dir).load())
                .isInstanceOf(ProcessException.class)
                .hasMessage(state + " is not the state of a process: it is empty. Move it away to start without it");
    }

    @Test
    void anIdIsNoPath() {
        assertThatThrownBy(() -> new ProcessStore(dir).directory("../p-1")).isInstanceOf(ProcessException.class);
    }
}
