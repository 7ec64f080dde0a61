package dev.holdfast.acceptance.torture;

import java.util.List;
import java.util.Locale;

/** Who is killed in the middle of cycles. */
enum Victim {
    AGENT,
    MANAGER,
    /** The old server or the new one, whichever there is. */
    SERVER,
    POSTGRES,
    NONE;

    private static final List<String> ALL = List.of(
            "preparing",
            "holding",
            "pausing",
            "quiescing",
            "stopping",
            "starting",
            "delivering",
            "resuming",
            "done",
            "kept",
            "reverting",
            "reverted");
    /** When the agent has every connection: at other times those of a server that dies are lost with or without Holdfast. */
    private static final List<String> HELD =
            List.of("pausing", "quiescing", "stopping", "starting", "delivering", "resuming");

    /** Where in a cycle it can be killed, in order. */
    List<String> steps() {
        return switch (this) {
            case AGENT, MANAGER, POSTGRES -> ALL;
            case SERVER -> HELD;
            case NONE -> List.of();
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
