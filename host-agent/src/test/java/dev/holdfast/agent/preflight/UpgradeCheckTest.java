package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpgradeCheckTest {
    @TempDir
    Path dir;

    @Test
    void othersAreWaitedFor() {
        Subject subject = Subjects.of(dir, Subjects.OWN, 80);

        assertThat(new UpgradeCheck().look(subject))
                .containsExactly(Finding.passed("upgrades", "no other upgrade is under way on this host"));
        assertThat(new UpgradeCheck().look(Subjects.with(subject, Map.of("c-7", "p-2"))))
                .containsExactly(Finding.warning(
                        "upgrades", "another process is just being upgraded (cycle c-7): the upgrade waits for that"));
        assertThat(new UpgradeCheck().look(Subjects.with(subject, Map.of("c-7", "p-1"))))
                .containsExactly(Finding.warning(
                        "upgrades", "this process is just being upgraded (cycle c-7): the upgrade waits for that"));
    }
}
