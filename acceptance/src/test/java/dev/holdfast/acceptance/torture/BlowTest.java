package dev.holdfast.acceptance.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.admin.v1.Cycle;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every boundary has its turn, and a kill falls where the design says that nothing may be lost by it. */
final class BlowTest {
    /** "queued" is the manager's alone, an aborted cycle has no step of its own, a failed one is not to be. */
    private static final Set<String> NOT_STEPS = Set.of("unspecified", "queued", "aborted", "failed");

    /** Only of images that ask for them, which those of the torture do not. */
    private static final Set<String> NOT_USED = Set.of("warming", "proving", "lingering");

    @Test
    void thereIsABoundaryForEveryStateOfACycle() {
        List<String> states = Arrays.stream(Cycle.State.values())
                .filter(state -> state != Cycle.State.UNRECOGNIZED)
                .map(state -> state.name().replace("STATE_", "").toLowerCase(Locale.ROOT))
                .filter(state -> !NOT_STEPS.contains(state) && !NOT_USED.contains(state))
                .toList();

        assertThat(Victim.AGENT.steps()).containsAll(states).contains("kept").hasSize(states.size() + 1);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyBoundaryHasItsTurn(Victim victim) {
        List<Blow> last = IntStream.rangeClosed(1, victim.steps().size())
                .mapToObj(upgrade -> Blow.of(victim, At.BOUNDARIES, upgrade, new SplittableRandom(1)))
                .map(List::getLast)
                .toList();

        assertThat(last).extracting(Blow::step).isEqualTo(victim.steps());
        assertThat(last)
                .allMatch(blow -> blow.victim() == victim && blow.after().isZero());
    }

    @Test
    void aCycleIsMadeToGoBackWhereThatIsTheStep() {
        int reverting = Victim.AGENT.steps().indexOf("reverting") + 1;

        assertThat(Blow.of(Victim.AGENT, At.BOUNDARIES, reverting, new SplittableRandom(1)))
                .extracting(Blow::toString)
                .containsExactly("the server was killed at delivering", "the agent was killed at reverting");
    }

    @Test
    void aServerIsKilledOnlyWhileTheAgentHasItsConnections() {
        SplittableRandom random = new SplittableRandom(3);
        List<Blow> all = IntStream.range(0, 500)
                .mapToObj(upgrade -> Blow.of(Victim.SERVER, At.RANDOM, upgrade, random))
                .flatMap(List::stream)
                .toList();

        assertThat(all).hasSizeBetween(150, 350);
        assertThat(all).extracting(Blow::step).doesNotContain("preparing", "holding", "done", "kept");
        assertThat(all)
                .filteredOn(Blow::isWithin)
                .allMatch(blow -> !blow.bounds().isEmpty());
        assertThat(all).filteredOn(blow -> blow.step().equals("resuming")).noneMatch(Blow::isWithin);
    }

    @Test
    void ofThreeUpgradesWithADyingAgentOneGoesForwardOneBackAndOneIsAborted() {
        assertThat(IntStream.rangeClosed(1, 6)
                        .mapToObj(upgrade -> Blow.of(Victim.AGENT, At.CALLS, upgrade, new SplittableRandom(1)))
                        .map(List::toString))
                .containsExactly(
                        "[]",
                        "[the server was killed at delivering]",
                        "[the upgrade was aborted at quiescing]",
                        "[]",
                        "[the server was killed at delivering]",
                        "[the upgrade was aborted at quiescing]");
    }

    @Test
    void nobodyIsKilledUnlessItIsAskedFor() {
        assertThat(Blow.of(Victim.NONE, At.BOUNDARIES, 1, new SplittableRandom(1)))
                .isEmpty();
        assertThat(Blow.of(Victim.NONE, At.RANDOM, 1, new SplittableRandom(1))).isEmpty();
    }
}
