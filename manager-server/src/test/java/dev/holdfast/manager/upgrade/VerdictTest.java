package dev.holdfast.manager.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.manager.store.CycleState;
import dev.holdfast.manager.store.UpgradeState;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerdictTest {
    private static final Set<CycleState> FINAL = EnumSet.range(CycleState.DONE, CycleState.FAILED);

    @Test
    void nothingToDoIsDone() {
        assertThat(Verdict.of(List.of())).contains(UpgradeState.DONE);
    }

    @ParameterizedTest
    @EnumSource(CycleState.class)
    void isOpenWhileOneCycleIs(CycleState state) {
        assertThat(Verdict.of(List.of(CycleState.FAILED, state)).isPresent()).isEqualTo(FINAL.contains(state));
    }

    @Test
    void isTheWorstInWhateverOrder() {
        for (CycleState one : FINAL) {
            for (CycleState other : FINAL) {
                String worse = (one.compareTo(other) > 0 ? one : other).name();
                assertThat(Verdict.of(List.of(one, other))).contains(UpgradeState.valueOf(worse));
            }
        }
    }
}
