package dev.holdfast.agent;

import dev.holdfast.agent.cycle.FaultPoint;
import dev.holdfast.agent.process.Disk;
import dev.holdfast.agent.process.Pace;
import dev.holdfast.common.address.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an agent is told when it starts.
 *
 * @param managers where managers listen for agents; one at the least
 * @param name what operators call the host
 * @param dataDir absolute
 * @param storage how bundles are fetched and kept
 * @param fault for tests, see {@link FaultPoint}; empty for none
 */
record AgentConfig(
        List<HostPort> managers, String name, Path dataDir, Map<String, String> labels, Storage storage, String fault) {
    AgentConfig {
        managers = List.copyOf(managers);
        labels = Map.copyOf(labels);
    }

    AgentConfig(List<HostPort> managers, String name, Path dataDir, Map<String, String> labels) {
        this(managers, name, dataDir, labels, new Storage(Pace.UNLIMITED, null), "");
    }

    /** What is staged takes no more of line and disk; a null reserve is {@link Disk}'s own. */
    record Storage(Pace pace, @Nullable Long reserve) {}
}
