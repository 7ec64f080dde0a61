package dev.holdfast.manager.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.manager.fleet.Resolution;
import dev.holdfast.manager.fleet.Resolution.ResolvedHost;
import dev.holdfast.manager.fleet.Resolution.ResolvedProcess;
import dev.holdfast.manager.store.HostRow;
import dev.holdfast.manager.store.ImageRow;
import dev.holdfast.manager.store.ProcessDetail;
import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.manager.store.ProcessState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlannerTest {
    private static final ImageRow TARGET = new ImageRow(2, 1, "acme", "shop", "2", "m", null, 0, Instant.EPOCH);

    @Test
    void goesHostByHostOverWhatRunsAnotherVersion() {
        ProcessRow old = process(1, ProcessState.RUNNING);
        ProcessRow upToDate = process(2, ProcessState.RUNNING);
        ProcessRow older = process(7, ProcessState.RUNNING);
        assertThat(Planner.plan(new Resolution(List.of(host("a", old, upToDate), host("b", older))), TARGET))
                .containsExactly(old, older);
    }

    @ParameterizedTest
    @EnumSource(ProcessState.class)
    void takesWhatRunsAndWhatIsAboutTo(ProcessState state) {
        boolean taken = switch (state) {
            case REQUESTED, STARTING, RUNNING -> true;
            case STOPPING, STOPPED, EXITED, FAILED -> false;
        };
        assertThat(Planner.plan(new Resolution(List.of(host("a", process(1, state)))), TARGET))
                .hasSize(taken ? 1 : 0);
    }

    private static ResolvedHost host(String name, ProcessRow... processes) {
        HostRow host = new HostRow(
                UUID.randomUUID(),
                name,
                List.of(),
                "6.1",
                2,
                1,
                "test",
                Map.of(),
                List.of("acme"),
                Instant.EPOCH,
                true);
        return new ResolvedHost(
                host,
                Stream.of(processes)
                        .map(process -> new ResolvedProcess(process, ProcessDetail.NONE))
                        .toList());
    }

    private static ProcessRow process(long imageId, ProcessState state) {
        return new ProcessRow(
                UUID.randomUUID(), 1, "acme", "shop", imageId, "v", UUID.randomUUID(), "a", state, 5, null, "");
    }
}
