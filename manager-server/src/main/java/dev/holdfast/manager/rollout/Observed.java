package dev.holdfast.manager.rollout;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What is known of an upgrade at one moment.
 *
 * @param waves all of the plan, in order, from number 1 on
 * @param hosts all of the plan, in its order
 */
public record Observed(Instant start, boolean isPaused, Optional<Stop> stop, List<Wave> waves, List<Host> hosts) {
    public Observed {
        waves = List.copyOf(waves);
        hosts = List.copyOf(hosts);
    }

    /**
     * Nothing more begins.
     *
     * @param undoesUnderway whether what is underway is undone, too, or may come to its end
     * @param back whether what was upgraded goes back
     * @param since when it was decided, or made more than it was
     */
    public record Stop(String reason, boolean undoesUnderway, boolean back, Instant since) {}

    /**
     * A wave.
     *
     * @param begin empty before it
     * @param end empty before its hosts, its soak and its gates have passed
     * @param asked whether its approval was asked for
     */
    public record Wave(
            int number, Optional<Instant> begin, Optional<Instant> end, boolean asked, boolean approved, Gate gate) {}

    /**
     * A host of the plan.
     *
     * @param since when it came into that state
     * @param begin when its turn came; empty before
     * @param returnBegin when its turn came to go back, or it was left as it is; empty before
     * @param ending of one at rest; empty for others
     * @param isConnected whether its agent is there
     * @param lastSeen when it was, or is
     * @param isRunning whether all its server processes run, as far as its agent has said
     * @param isUndone whether its cycles were told to be undone
     * @param work of its cycles in the direction in which it goes
     */
    public record Host(
            UUID id,
            String name,
            int wave,
            HostState state,
            Instant since,
            Optional<Instant> begin,
            Optional<Instant> returnBegin,
            Optional<Ending> ending,
            boolean isConnected,
            Instant lastSeen,
            boolean isRunning,
            boolean isUndone,
            Work work,
            Gate gate) {
        /** With another state, as what is decided now will make it. */
        Host in(HostState next, Instant now, Optional<Ending> end) {
            return new Host(
                    id,
                    name,
                    wave,
                    next,
                    now,
                    begin,
                    returnBegin,
                    end,
                    isConnected,
                    lastSeen,
                    isRunning,
                    isUndone,
                    work,
                    gate);
        }
    }

    /**
     * How a host came to rest.
     *
     * @param reason empty when there is nothing to say
     */
    public record Ending(End end, String reason) {}

    /**
     * What became of a host's cycles.
     *
     * @param isOver whether all have ended
     * @param anyDone whether one was done, so that there is something to take back
     * @param failure of the first that ended and was not done, one that FAILED before others; empty when there is none
     * @param resets connections
     */
    public record Work(boolean isOver, boolean anyDone, Optional<Failure> failure, int resets) {}

    public record Failure(End end, String reason) {}

    /**
     * What queries say.
     *
     * @param holdsSince empty while one does not hold, or none was asked yet
     * @param detail what does not hold; may be empty
     */
    public record Gate(Optional<Instant> holdsSince, String detail) {
        public static final Gate UNKNOWN = new Gate(Optional.empty(), "");
    }
}
