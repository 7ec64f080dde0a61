package dev.holdfast.agent;

import dev.holdfast.agent.cycle.FaultPoint;
import dev.holdfast.common.address.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What an agent is told when it starts.
 *
 * @param managers where managers listen for agents; one at the least
 * @param name what operators call the host
 * @param dataDir absolute
 * @param fault for tests, see {@link FaultPoint}; empty for none
 */
record AgentConfig(List<HostPort> managers, String name, Path dataDir, Map<String, String> labels, String fault) {
    AgentConfig {
        managers = List.copyOf(managers);
        labels = Map.copyOf(labels);
    }

    AgentConfig(List<HostPort> managers, String name, Path dataDir, Map<String, String> labels) {
        this(managers, name, dataDir, labels, "");
    }
}
