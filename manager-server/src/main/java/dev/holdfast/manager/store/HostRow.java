package dev.holdfast.manager.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A host as its agent registered it.
 *
 * @param id the one that the agent made for itself
 * @param tenants the host's entries in the host-to-tenant list
 * @param lastSeenTime when its stream, or the manager that has it, was last known to be there
 * @param connected whether a manager that lives has its agent's stream
 */
public record HostRow(
        UUID id,
        String name,
        List<String> addresses,
        String kernel,
        int cores,
        long memoryBytes,
        String agentVersion,
        Map<String, String> labels,
        List<String> tenants,
        Instant lastSeenTime,
        boolean connected) {}
