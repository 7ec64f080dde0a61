package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.linux.AsNobody;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.preflight.Finding.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapabilityCheckTest {
    @TempDir
    Path dir;

    private final CapabilityCheck check = new CapabilityCheck();

    @BeforeEach
    void root() {
        assumeTrue(Processes.effectiveUid() == 0, "only root can have capabilities and give them up");
    }

    private Subject speaking(String protocol) {
        String manifest = Subjects.manifest(80, "takeover: {protocol: " + protocol + "}");
        return Subjects.of(dir, List.of(Subjects.OWN), manifest, manifest);
    }

    @Test
    void anAgentThatHasThemPasses() {
        assertThat(check.look(speaking("http1")))
                .containsExactly(
                        Finding.passed("capabilities", "CAP_NET_ADMIN is there"),
                        Finding.passed("capabilities", "CAP_NET_RAW is there"));
    }

    @Test
    void oneThatLacksThemIsToldWhatItLoses() {
        List<Finding> findings = new ArrayList<>();
        AsNobody.run(() -> findings.addAll(check.look(speaking("http1"))));

        assertThat(findings).hasSize(2).allMatch(finding -> finding.severity() == Severity.WARNING);
        assertThat(findings.getFirst().detail()).contains("lacks CAP_NET_ADMIN");
        assertThat(findings.getLast().detail()).contains("cannot follow http1 on the wire");
    }

    @Test
    void anOpaqueProtocolIsNotFollowedAnyway() {
        List<Finding> findings = new ArrayList<>();
        AsNobody.run(() -> findings.addAll(check.look(speaking("opaque"))));

        assertThat(findings.getLast()).isEqualTo(Finding.passed("capabilities", "CAP_NET_RAW is not needed"));
    }
}
