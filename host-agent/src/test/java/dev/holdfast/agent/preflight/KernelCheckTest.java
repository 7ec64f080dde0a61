package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.preflight.Finding.Severity;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelCheckTest {
    private final KernelCheck check = new KernelCheck();

    @ParameterizedTest
    @ValueSource(strings = {"5.10.0-21-amd64", "5.15", "6.1.0-rc1+", "10.0.1"})
    void recentKernelsPass(String release) {
        assertThat(check.finding(release, "amd64").severity()).isEqualTo(Severity.PASSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.9.16", "5.4.0-150-generic", "4.19.0", "3.10.0-1160.el7.x86_64", ""})
    void olderOnesAreRefused(String release) {
        assertThat(check.finding(release, "amd64"))
                .isEqualTo(Finding.refused("kernel", "Linux " + release + " is too old: use 5.10 or newer"));
    }

    @Test
    void otherMachinesAreRefused() {
        assertThat(check.finding("6.1.0", "aarch64"))
                .isEqualTo(Finding.refused("kernel", "this host is aarch64: servers are upgraded on x86-64 only"));
    }

    @Test
    void thisHostPasses(@TempDir Path dir) {
        assertThat(check.look(Subjects.of(dir, Subjects.OWN, 80)))
                .containsExactly(Finding.passed("kernel", "Linux " + System.getProperty("os.version") + " on x86-64"));
    }
}
