package dev.holdfast.agent.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ResolutionTest {
    private static final boolean[] EITHER = {false, true};

    private interface Check {
        void of(boolean handedOver, boolean startedLives, boolean oldLives, boolean parked, Resolution resolution);
    }

    private static void everyWay(State state, Check check) {
        for (boolean handedOver : EITHER) {
            for (boolean startedLives : EITHER) {
                for (boolean oldLives : EITHER) {
                    for (boolean parked : EITHER) {
                        Resolution resolution = Resolution.of(state, handedOver, startedLives, oldLives, parked);
                        check.of(handedOver, startedLives, oldLives, parked, resolution);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOldServerThatMayHaveLostItsSocketsIsNeverReleased(State state) {
        everyWay(state, (_, _, _, _, resolution) -> {
            if (state.oldMayBeGone()) {
                assertThat(resolution).isNotEqualTo(Resolution.RELEASE);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatRunsWithEverythingIsNeverJoinedByAnother(State state) {
        everyWay(state, (handedOver, startedLives, _, _, resolution) -> {
            boolean serves = handedOver && startedLives && state.oldMayBeGone() && !state.isFinal();
            if (serves && (state == State.RESUMING || state == State.REVERTING)) {
                assertThat(resolution).isEqualTo(Resolution.KEEP);
            }
            if (serves && state == State.PROVING) {
                assertThat(resolution).isEqualTo(Resolution.PROVE);
            }
            if (resolution == Resolution.KEEP || resolution == Resolution.PROVE) {
                assertThat(serves).isTrue();
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void anOldServerThatHasEverythingIsNotEnded(State state) {
        everyWay(state, (_, _, oldLives, _, resolution) -> {
            if (!state.oldMayBeGone() && !state.isFinal() && oldLives) {
                assertThat(resolution).isEqualTo(Resolution.RELEASE);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhatHasEndedIsJustReported(State state) {
        everyWay(
                state,
                (_, _, _, _, resolution) ->
                        assertThat(resolution == Resolution.REPORT).isEqualTo(state.isFinal()));
    }

    @ParameterizedTest
    @CsvSource({
        "QUIESCING, false, false, false, true, REVERT",
        "QUIESCING, false, false, false, false, RELEASE",
        "STOPPING, false, false, true, true, REVERT",
        "DELIVERING, false, true, false, true, REVERT",
        "RESUMING, true, true, false, true, KEEP",
        "RESUMING, true, false, false, true, REVERT",
        "PROVING, true, true, false, false, PROVE",
        "PROVING, true, false, false, true, REVERT",
        "PROVING, true, false, false, false, REVERT",
        "LINGERING, true, true, true, false, LINGER",
        "LINGERING, true, false, true, false, LINGER",
        "LINGERING, true, true, false, false, LINGER",
        "LINGERING, true, true, true, true, LINGER",
        "LINGERING, true, false, true, true, REVERT",
        "REVERTING, false, true, false, true, REVERT",
        "REVERTING, true, true, false, true, KEEP"
    })
    void eachStepHasItsOwn(
            State state,
            boolean handedOver,
            boolean startedLives,
            boolean oldLives,
            boolean parked,
            Resolution resolution) {
        assertThat(Resolution.of(state, handedOver, startedLives, oldLives, parked))
                .isEqualTo(resolution);
    }
}
