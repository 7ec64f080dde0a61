package dev.holdfast.manager.store;

import com.google.common.collect.Iterables;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jdbi.v3.core.Handle;

/**
 * Whom a transaction wakes, at every manager, at the moment in which it commits. They are sent together: ten thousand hosts
 * are one statement.
 */
public final class Wakes {
    /** A payload has less than 8000 bytes. */
    private static final int IDS_IN_A_PAYLOAD = 200;

    private final Map<Topic, Set<UUID>> woken = new EnumMap<>(Topic.class);

    Wakes() {}

    public void add(Topic topic, UUID id) {
        woken.computeIfAbsent(topic, _ -> new LinkedHashSet<>()).add(id);
    }

    public void addAll(Topic topic, Collection<UUID> ids) {
        ids.forEach(id -> add(topic, id));
    }

    /** The last statements of the transaction. */
    void send(Handle handle) {
        woken.forEach((topic, ids) -> handle.createQuery(
                        "SELECT pg_notify(:channel, payload) FROM unnest(:payloads) AS payload")
                .bind("channel", topic.channel())
                .bindArray("payloads", String.class, payloads(ids))
                .mapTo(String.class)
                .list());
    }

    private static List<String> payloads(Set<UUID> ids) {
        return StreamSupport.stream(Iterables.partition(ids, IDS_IN_A_PAYLOAD).spliterator(), false)
                .map(part -> part.stream().map(UUID::toString).collect(Collectors.joining(",")))
                .toList();
    }
}
