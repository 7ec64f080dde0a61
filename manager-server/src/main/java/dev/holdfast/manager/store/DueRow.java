package dev.holdfast.manager.store;

import java.util.Collection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that an agent is to be told, or has been told and has not reported.
 *
 * @param id of the server process or the cycle
 * @param begun whether it is decided that the agent is told
 * @param ending whether it is to be stopped, or undone
 */
public record DueRow(UUID hostId, UUID id, boolean begun, boolean ending) {
    static UUID @Nullable [] array(@Nullable Collection<UUID> ids) {
        return ids == null ? null : ids.toArray(UUID[]::new);
    }
}
