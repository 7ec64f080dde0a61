package dev.holdfast.agent;

import dev.holdfast.agent.cycle.FaultPoint;
import dev.holdfast.common.address.HostPort;
import java.nio.file.Path;
import java.util.Map;

/**
 * What an agent is told when it starts.
 *
 * @param manager where the manager listens for agents
 * @param name what operators call the host
 * @param dataDir absolute
 * @param fault for tests, see {@link FaultPoint}; empty for none
 */
record AgentConfig(HostPort manager, String name, Path dataDir, Map<String, String> labels, String fault) {
    AgentConfig {
        labels = Map.copyOf(labels);
    }

    AgentConfig(HostPort manager, String name, Path dataDir, Map<String, String> labels) {
        this(manager, name, dataDir, labels, "");
    }
}
