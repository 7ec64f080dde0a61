package dev.holdfast.agent.takeover;

import dev.holdfast.agent.observer.Opinion;
import dev.holdfast.agent.protocol.Verdict;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be thought of a connection after one look.
 *
 * @param before what the kernel had shown until then; null at the first look
 * @param now what it shows now
 * @param owes whether the server owes something on it
 * @param sure whether that it does is more than what the looks before suggest
 * @param settled whether that it does not is certain without waiting any longer
 * @param told whether the wire tells, so that nothing else need be asked
 * @param session what lives in the server and ends with it; empty for a connection that another server can go on with
 * @param what is owed, for people
 */
record Judgement(
        @Nullable Standing before,
        Standing now,
        boolean owes,
        boolean sure,
        boolean settled,
        boolean told,
        Optional<String> session,
        String what) {

    /** Where only the kernel tells. */
    static Judgement of(@Nullable Standing before, Standing now, boolean longSilent) {
        return new Judgement(
                before,
                now,
                now.owes(),
                now.isSure(),
                !now.owes() && longSilent,
                false,
                Optional.empty(),
                now.owes() ? "it owed an answer: " + now.last() : "");
    }

    /** Where nothing has passed for long, and the kernel does not tell more before the server stands. */
    static Judgement silent(@Nullable Standing before, Standing now) {
        return new Judgement(before, now, false, false, true, false, Optional.empty(), "");
    }

    /** Where the wire tells. */
    static Judgement of(@Nullable Standing before, Standing now, Opinion opinion) {
        boolean certain = opinion.certain();
        return switch (opinion.verdict()) {
            case Verdict.Clear() -> new Judgement(before, now, false, false, certain, true, Optional.empty(), "");
            case Verdict.Owes(String what) ->
                new Judgement(before, now, true, certain, false, true, Optional.empty(), "it owed " + what);
            case Verdict.Session(String what) ->
                new Judgement(before, now, false, false, true, true, Optional.of(what), "");
            case Verdict.Unknown(String _) -> of(before, now, false);
        };
    }

    /** Whether another server cannot go on with it, the one that had it being dead. */
    boolean isLost(Belief belief) {
        boolean believed = switch (belief) {
            case WIRE -> told && sure;
            case SURE -> sure;
            case ANYTHING -> true;
        };
        return session.isPresent() || (owes && believed);
    }

    /** Whether that is more than what the looks before suggest. */
    boolean isCertainlyLost() {
        return session.isPresent() || sure;
    }

    /** Whether nothing is owed for sure: what passed on the wire says so, or that nothing did. */
    boolean isClear() {
        return !owes && session.isEmpty() && (told || settled);
    }

    /** Whether the server has read or written since the look before. */
    boolean moved() {
        return before == null ? now.last().consumed() > 0 : now.last().movedSince(before.last());
    }

    boolean hasRead() {
        return before != null && now.last().consumed() > before.last().consumed();
    }
}
