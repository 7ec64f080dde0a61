package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

class AffinityTest {
    @Test
    void aThreadIsPinnedToTheCpuThatItIsOn() {
        byte[] before = Affinity.of(0);
        try {
            byte[] here = Affinity.current();
            assertThat(BitSet.valueOf(here).cardinality()).isEqualTo(1);

            assertThat(Affinity.set(0, here)).isTrue();

            assertThat(Affinity.of(0)).isEqualTo(here);
            assertThat(Affinity.current()).isEqualTo(here);
        } finally {
            assertThat(Affinity.set(0, before)).isTrue();
        }
    }

    @Test
    void aThreadKeepsOffACpuUnlessItHasNoOther() {
        byte[] before = Affinity.of(0);
        try {
            byte[] here = Affinity.current();
            Affinity.keepOff(0, here);
            BitSet left = BitSet.valueOf(before);
            left.andNot(BitSet.valueOf(here));
            assertThat(BitSet.valueOf(Affinity.of(0))).isEqualTo(left.isEmpty() ? BitSet.valueOf(before) : left);

            byte[] only = Affinity.current();
            assertThat(Affinity.set(0, only)).isTrue();
            Affinity.keepOff(0, only);
            assertThat(Affinity.of(0)).isEqualTo(only);
        } finally {
            assertThat(Affinity.set(0, before)).isTrue();
        }
    }

    @Test
    void aThreadThatIsGoneHasNone() {
        int gone;
        try (Sleeper sleeper = new Sleeper()) {
            gone = sleeper.pid;
        }
        assertThat(Affinity.set(gone, Affinity.current())).isFalse();
        assertThatThrownBy(() -> Affinity.of(gone)).hasMessage("sched_getaffinity: ESRCH: no such process");
    }
}
