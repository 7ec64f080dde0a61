package dev.holdfast.manager.fleet;

import dev.holdfast.manager.store.Transaction;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Says from the rows what agents are to do and have not reported yet. */
public interface CommandSource {
    /** A host's. What it gives once and then no more, it never gives again. */
    List<Command> pending(UUID hostId);

    /**
     * The keys of what may be pending, by host, in one query; others than those of {@link Command#key} where it is not
     * decided yet.
     *
     * @param hosts null for all
     */
    Map<UUID, Set<String>> due(Transaction tx, @Nullable Collection<UUID> hosts);
}
