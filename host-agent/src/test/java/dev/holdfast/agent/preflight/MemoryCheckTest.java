package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.common.manifest.Manifest;
import dev.holdfast.common.manifest.ManifestParser;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryCheckTest {
    private static final long MIB = 1 << 20;

    @Test
    void thereIsEnoughHere(@TempDir Path dir) {
        assertThat(new MemoryCheck().look(Subjects.of(dir, Subjects.OWN, 80)))
                .containsExactly(Finding.passed("memory", "there is enough for what waits meanwhile"));
        MemoryBudget here = MemoryBudget.of(1);
        assertThat(here.tcpMost()).isGreaterThan(here.tcpPressure());
        assertThat(here.tcpPressure()).isGreaterThan(here.tcpPages());
    }

    @Test
    void theHeapMustHoldWhatIsKnownOfEachConnection() {
        assertThat(new MemoryBudget(40_000, 192 * MIB, 0, 100_000, 200_000).tooLittleHeap())
                .isEmpty();
        assertThat(new MemoryBudget(60_000, 192 * MIB, 0, 100_000, 200_000).tooLittleHeap())
                .hasValueSatisfying(problem -> assertThat(problem).endsWith("HOLDFAST_JAVA_OPTS=-Xmx235m"));
    }

    @Test
    void theKernelMustHoldWhatClientsSendMeanwhile() {
        MemoryBudget full = new MemoryBudget(8_000, 192 * MIB, 195_000, 100_000, 200_000);
        assertThat(full.tooLittleForTcp()).isPresent();
        assertThat(full.sparing()).isPresent();
        MemoryBudget free = new MemoryBudget(8_000, 192 * MIB, 5_000, 100_000, 200_000);
        assertThat(free.tooLittleForTcp()).isEmpty();
        assertThat(free.sparing()).isEmpty();
    }

    @Test
    void onlyAWarmStartTakesRoomForTwoServers() {
        Manifest cold = ManifestParser.parse(Subjects.manifest(80));
        Manifest warm = ManifestParser.parse(Subjects.manifest(80, "takeover: {start: warm}"));

        assertThat(MemoryCheck.twice(cold, 2_000, 1_000)).isEmpty();
        assertThat(MemoryCheck.twice(warm, 2_000, 1_000)).isPresent();
        assertThat(MemoryCheck.twice(warm, 2_000, 3_000)).isEmpty();
    }

    @Test
    void whatTheKernelDoesNotShowInANetworkNamespaceIsNotHeldAgainstIt() {
        String sockstat = "sockets: used 0\nTCP: inuse 0 orphan 0 tw 0 alloc 2025 mem 161\nUDP: inuse 0 mem 0\n";
        MemoryBudget budget = MemoryBudget.of(8_000, sockstat, "");

        assertThat(budget.tcpPages()).isEqualTo(161);
        assertThat(budget.tooLittleForTcp()).isEmpty();
        assertThat(budget.sparing()).isEmpty();
        assertThat(MemoryBudget.of(8_000, sockstat, "1000\t2000\t3000\n").tooLittleForTcp())
                .hasValueSatisfying(said -> assertThat(said).contains("3000 pages"));
    }
}
