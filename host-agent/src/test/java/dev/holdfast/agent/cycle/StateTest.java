package dev.holdfast.agent.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StateTest {
    private static Set<State> reachable(State from) {
        Set<State> found = EnumSet.of(from);
        Deque<State> next = new ArrayDeque<>(List.of(from));
        while (!next.isEmpty()) {
            next.remove().next().stream().filter(found::add).forEach(next::add);
        }
        return found;
    }

    @Test
    void everyStateIsReached() {
        assertThat(reachable(State.PREPARING)).containsExactly(State.values());
    }

    @Test
    void fourStatesAreFinal() {
        assertThat(Arrays.stream(State.values()).filter(State::isFinal))
                .containsExactly(State.DONE, State.ABORTED, State.REVERTED, State.FAILED);
    }

    @ParameterizedTest
    @EnumSource
    void noneIsWithoutAnEndAndNoneComesTwice(State state) {
        assertThat(reachable(state)).anyMatch(State::isFinal);
        assertThat(state.next()).noneMatch(next -> reachable(next).contains(state));
    }

    @ParameterizedTest
    @EnumSource
    void isAbortedOnlyWhileTheOldProcessIsSurelyThere(State state) {
        if (!state.isFinal()) {
            assertThat(state.next().contains(State.ABORTED)).isEqualTo(!state.oldMayBeGone());
        }
    }

    @ParameterizedTest
    @EnumSource
    void oldIsNotThereAgainOnceItMayBeGone(State state) {
        if (state.oldMayBeGone() && !state.next().contains(State.DONE)) {
            assertThat(state.next()).allMatch(State::oldMayBeGone);
        }
    }

    @Test
    void onlyAServerThatHasEverythingIsOnTrialAndItCanStillBeReplaced() {
        assertThat(Arrays.stream(State.values()).filter(state -> state.next().contains(State.PROVING)))
                .containsExactly(State.RESUMING);
        assertThat(State.PROVING.next()).contains(State.DONE, State.REVERTING);
    }

    @Test
    void anOldServerLingersWhenTheNewOneHasAllElseAndTheCycleCanStillGoBack() {
        assertThat(Arrays.stream(State.values()).filter(state -> state.next().contains(State.LINGERING)))
                .containsExactly(State.RESUMING, State.PROVING);
        assertThat(State.LINGERING.next()).containsExactlyInAnyOrder(State.DONE, State.REVERTING);
    }

    @Test
    void eachHasItsOwnNameOnTheWire() {
        assertThat(Arrays.stream(State.values()).map(State::wire)).doesNotHaveDuplicates();
        assertThat(State.QUIESCING.step()).isEqualTo("quiescing");
    }
}
