package dev.holdfast.manager.rollout;

import java.util.Map;
import java.util.UUID;

/** A host that an upgrade may go over. */
public record PlannedHost(UUID id, String name, Map<String, String> labels) {
    public PlannedHost {
        labels = Map.copyOf(labels);
    }
}
