package dev.holdfast.agent.cycle;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections that stay with the old server, as the journal has it.
 *
 * @param why by inode, what it was that kept each
 * @param until when what is left is cut, in milliseconds since 1970
 * @param parted whether the old server has them and nothing else
 * @param following those that are just being given to the new server
 */
record Staying(Map<Long, String> why, long until, boolean parted, Set<Long> following) {
    static final Staying NOBODY = new Staying(Map.of(), 0, false, Set.of());

    /** Journals of agents that knew of none have nothing there. */
    static Staying orNobody(@Nullable Staying read) {
        return read == null ? NOBODY : read;
    }

    /** These are about to follow the others. */
    Staying without(Set<Long> some) {
        Map<Long, String> rest = new HashMap<>(why);
        rest.keySet().removeAll(some);
        return new Staying(rest, until, parted, some);
    }

    /** Those that were about to have done so. */
    Staying followed() {
        return new Staying(why, until, parted, Set.of());
    }

    boolean isEmpty() {
        return why.isEmpty() && !parted;
    }
}
