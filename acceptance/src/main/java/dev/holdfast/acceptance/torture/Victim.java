package dev.holdfast.acceptance.torture;

import java.util.List;
import java.util.Locale;

/** Who is killed in the middle of cycles, or what is ended. */
enum Victim {
    AGENT,
    MANAGER,
    /** The old server or the new one, whichever there is. */
    SERVER,
    POSTGRES,
    /** By who asked for it: it is aborted. */
    UPGRADE,
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

    /** When an upgrade can still be called off, from its first step to the last one. */
    private static final List<String> UNDER_WAY = ALL.subList(ALL.indexOf("preparing"), ALL.indexOf("resuming") + 1);

    /** Where in a cycle it can be killed, in order. */
    List<String> steps() {
        return switch (this) {
            case AGENT, MANAGER, POSTGRES -> ALL;
            case SERVER -> HELD;
            case UPGRADE -> UNDER_WAY;
            case NONE -> List.of();
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
