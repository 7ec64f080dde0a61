package dev.holdfast.agent.cycle;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections that stay with the old server, as the journal has it.
 *
 * @param why by inode, what it was that kept each
 * @param until when what is left is cut, in milliseconds since 1970
 * @param parted whether the old server has them and nothing else
 */
record Staying(Map<Long, String> why, long until, boolean parted) {
    static final Staying NOBODY = new Staying(Map.of(), 0, false);

    /** Journals of agents that knew of none have nothing there. */
    static Staying orNobody(@Nullable Staying read) {
        return read == null ? NOBODY : read;
    }

    boolean isEmpty() {
        return why.isEmpty();
    }
}
