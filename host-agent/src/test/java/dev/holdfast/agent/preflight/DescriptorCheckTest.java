package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.preflight.Finding.Severity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorCheckTest {
    private static final String CROWDED = """
            import os, resource
            resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
            opened = [os.dup(0) for _ in range(50)]
            print(len(os.listdir("/proc/self/fd")) - 1, flush=True)
            input()
            """;

    @TempDir
    Path dir;

    @Test
    void thereAreEnough() {
        assertThat(new DescriptorCheck().look(Subjects.of(dir, Subjects.OWN, 80)))
                .hasSize(2)
                .allMatch(finding -> finding.severity() == Severity.PASSED);
    }

    @Test
    void seesHowManyTheFullestProcessHas() throws IOException {
        try (Python crowded = new Python(CROWDED);
                Python other = new Python("print(0, flush=True); input()")) {
            DeliveryBudget budget = DeliveryBudget.of(List.of(other.pid(), crowded.pid()));

            assertThat(budget.open()).isEqualTo(crowded.told(0));
            assertThat(budget.limit()).isEqualTo(64);
            assertThat(budget.given()).isEqualTo(Limits.openFiles("self").orElseThrow());
        }
    }

    @Test
    void aNewProcessThatCannotHaveAsManyIsRefused() {
        Finding finding = new DeliveryBudget(1_020, 1_024, 1_024).finding("descriptors");

        assertThat(finding.isRefusal()).isTrue();
        assertThat(finding.detail())
                .contains("has 1020 files open and may open 1024")
                .endsWith("to 1028");
    }

    @Test
    void oneThatMayRaiseItsLimitIsNot() {
        assertThat(new DeliveryBudget(5_000, 65_536, 1_024)
                        .finding("descriptors")
                        .severity())
                .isEqualTo(Severity.WARNING);
        assertThat(new DeliveryBudget(5_000, 1_024, 65_536)
                        .finding("descriptors")
                        .severity())
                .isEqualTo(Severity.PASSED);
    }
}
