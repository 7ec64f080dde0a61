package dev.holdfast.agent.cycle;

import dev.holdfast.agent.takeover.Belief;
import dev.holdfast.agent.takeover.Cut;
import dev.holdfast.agent.takeover.HeldConnection;
import dev.holdfast.agent.takeover.HeldSockets;
import dev.holdfast.agent.takeover.Loss;
import dev.holdfast.agent.takeover.Quiesce;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The connections of a cycle that cannot go on: each is on disk before its client is told. */
final class Resets {
    /** For acknowledgements that clients delay. */
    private static final Duration DRAINED_WITHIN = Duration.ofMillis(200);

    private final Course course;
    private final HeldSockets held;
    private final Outcomes outcomes;
    private final Roster roster;
    private @Nullable Quiesce witness;

    Resets(Course course, Roster roster) {
        this.course = course;
        this.held = course.held();
        this.outcomes = course.outcomes();
        this.roster = roster;
    }

    /**
     * Those whose server is gone, having read what it did not answer, or perhaps did not, are told so at once.
     *
     * @param died when it read and wrote last, by {@link System#nanoTime}
     */
    void owed(Collection<HeldConnection> connections, Read what, long died, String why) {
        List<HeldConnection> open =
                connections.stream().filter(each -> !outcomes.isReset(each)).toList();
        if (what == Read.SINCE_QUIET) {
            open = readSinceQuiet(open);
        }
        held.awaitDrained(open, DRAINED_WITHIN);
        Function<HeldConnection, Optional<Loss>> byKernel = connection -> held.loss(connection, died);
        List<Loss> losses = witness == null
                ? open.stream().flatMap(each -> byKernel.apply(each).stream()).toList()
                : witness.losses(open, what == Read.SINCE_QUIET ? Belief.ANYTHING : Belief.SURE, died, byKernel);
        all(losses, why);
    }

    /** Who was to be reset is, though an agent may have ended when that was on disk and not done yet. */
    void again() {
        held.connections().stream().filter(outcomes::isReset).forEach(held::reset);
    }

    private void all(List<Loss> losses, String why) {
        if (!losses.isEmpty()) {
            losses.forEach(loss -> outcomes.reset(loss.connection(), loss.reason(why)));
            course.record();
            losses.forEach(loss -> held.reset(loss.connection()));
        }
    }

    /** Who has looked at the connections until now, and goes on to; null for nobody. */
    void witness(@Nullable Quiesce looking) {
        witness = looking;
    }

    Optional<Quiesce> witness() {
        return Optional.ofNullable(witness);
    }

    /** As {@link #owed}, where it is known better than from one look what is owed. */
    void of(Supplier<List<Loss>> losses, String why) {
        held.awaitDrained(held.connections(), DRAINED_WITHIN);
        all(losses.get(), why);
    }

    /** Those of which something has been read since their old server owed nothing. */
    List<HeldConnection> readSinceQuiet(Collection<HeldConnection> connections) {
        return connections.stream()
                .filter(each -> held.consumed(each) > roster.read(each))
                .toList();
    }

    /** How much of a connection had been read when its old server owed nothing. */
    long readWhenQuiet(HeldConnection connection) {
        return roster.read(connection);
    }

    /** Those that are to end with the old server. */
    void cut(List<Cut> some, String why) {
        if (!some.isEmpty()) {
            some.forEach(each -> outcomes.reset(each.connection(), each.reason() + "; " + why));
            course.record();
            some.forEach(each -> held.reset(each.connection()));
        }
    }

    void of(Collection<HeldConnection> some, String why) {
        if (!some.isEmpty()) {
            some.forEach(connection -> outcomes.reset(connection, why));
            course.record();
            some.forEach(held::reset);
        }
    }
}
