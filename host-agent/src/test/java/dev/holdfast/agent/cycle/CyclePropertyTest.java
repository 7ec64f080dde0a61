package dev.holdfast.agent.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** The invariants of docs/architecture.md, whatever dies whenever, and as often as it likes. */
class CyclePropertyTest {
    record Step(Host.Happening what, int choice) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Host.Happening> what = Arbitraries.frequency(
                Tuple.of(30, Host.Happening.GOES_ON),
                Tuple.of(3, Host.Happening.AGENT_DIES),
                Tuple.of(1, Host.Happening.OLD_SERVER_DIES),
                Tuple.of(2, Host.Happening.STARTED_SERVER_DIES));
        // The way on is taken more often than the way back, or few would get far.
        Arbitrary<Integer> choice = Arbitraries.of(0, 0, 0, 0, 1);
        return Combinators.combine(what, choice).as(Step::new).list().ofMaxSize(60);
    }

    @Property(tries = 20_000)
    void endsOnceWithOneServerThatHasEverything(@ForAll("steps") List<Step> steps, @ForAll boolean some) {
        Host host = new Host(some);
        steps.forEach(step -> host.happens(step.what, step.choice));
        for (int left = 100; left > 0 && !host.isOver(); left--) {
            host.happens(Host.Happening.GOES_ON, 0);
        }
        assertThat(host.isOver()).isTrue();
    }
}
