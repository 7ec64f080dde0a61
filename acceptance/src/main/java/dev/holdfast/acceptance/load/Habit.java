package dev.holdfast.acceptance.load;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a client asks.
 *
 * @param kind its name, for people
 * @param think the time between an answer and the next request; null for one that asks only when it is told to
 * @param atOnce how many requests it sends in one write
 * @param pieces into how many pieces a write is cut
 * @param piecePause the time between two pieces
 */
public record Habit(
        String kind, Protocol protocol, @Nullable Duration think, int atOnce, int pieces, Duration piecePause) {
    /** One whole request at a time, when it is told to. */
    public static Habit idle(String kind, Protocol protocol) {
        return new Habit(kind, protocol, null, 1, 1, Duration.ZERO);
    }

    /** One whole request after the other. */
    public static Habit loop(String kind, Protocol protocol, Duration think) {
        return new Habit(kind, protocol, think, 1, 1, Duration.ZERO);
    }

    /** The same with several requests in one write. */
    public Habit pipelined(int requests) {
        return new Habit(kind, protocol, think, requests, pieces, piecePause);
    }

    /** The same with requests whose parts are a while under way. */
    public Habit inPieces(int number, Duration pause) {
        return new Habit(kind, protocol, think, atOnce, number, pause);
    }
}
