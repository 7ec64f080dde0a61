package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** A server is never thought to owe nothing while it does, whatever happens between the looks. */
class QuietPropertyTest {
    /** What happens between two looks, and whether the second of them is made on the frozen server. */
    record Stretch(List<Wire.Act> acts, boolean freezes) {}

    @Provide
    Arbitrary<List<Stretch>> courses() {
        Arbitrary<List<Wire.Act>> acts = Arbitraries.of(Wire.Act.class).list().ofMaxSize(8);
        return Combinators.combine(acts, Arbitraries.of(true, false, false))
                .as(Stretch::new)
                .list()
                .ofMinSize(3)
                .ofMaxSize(12);
    }

    /** What {@link Quiesce} does with one connection; {@link Standing} and {@link Debt} are what is tested. */
    private static final class Watch {
        private final Wire wire;
        private final List<String> seen = new ArrayList<>();
        private Standing standing;
        private boolean paused;

        Watch(Wire wire) {
            this.wire = wire;
            standing = Standing.first(wire.debt());
            seen.add("first " + standing);
        }

        void pause() {
            paused = true;
            wire.tell(false);
        }

        /** Returns whether it moved since the last look. */
        boolean look(boolean frozen) {
            Standing before = standing;
            Debt debt = wire.debt();
            standing = before.next(frozen && debt.unclear() ? debt.with(wire.sinceLastSegment()) : debt);
            boolean readThoughPaused = paused && debt.consumed() > before.last().consumed();
            if (readThoughPaused && debt.unread() > 0) {
                standing = standing.begun();
            }
            if (!readThoughPaused && standing.owes() && debt.unread() > 0) {
                paused = false;
                wire.tell(true);
            } else if (!readThoughPaused && !standing.owes()) {
                pause();
            }
            seen.add((frozen ? "frozen " : "") + standing);
            return standing.last().movedSince(before.last());
        }
    }

    @Property(tries = 20_000)
    void nothingThatIsOwedIsOverlooked(
            @ForAll("courses") List<Stretch> courses,
            @ForAll boolean restless,
            @ForAll @IntRange(min = 1, max = 3) int segments) {
        Wire wire = new Wire(restless, segments);
        courses.getFirst().acts.forEach(wire::act);
        Watch watch = new Watch(wire);
        courses.get(1).acts.forEach(wire::act);
        watch.pause();
        for (Stretch stretch : courses.subList(2, courses.size())) {
            stretch.acts.forEach(wire::act);
            if (!stretch.freezes) {
                watch.look(false);
            } else if (wire.isSilent()) {
                boolean moved = watch.look(false);
                moved |= watch.look(true);
                if (!moved && !watch.standing.owes()) {
                    assertThat(wire.owes()).as(String.join("\n", watch.seen)).isFalse();
                }
            }
        }
    }
}
