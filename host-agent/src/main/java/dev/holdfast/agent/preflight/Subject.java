package dev.holdfast.agent.preflight;

import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.ManagedProcess;
import dev.holdfast.agent.process.ServerProcesses;
import dev.holdfast.common.manifest.Manifest;
import dev.holdfast.common.yaml.YamlException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is asked about: may this process become that image?
 *
 * @param pids of the server, its first process first; none when it does not run
 * @param upgrades the process ids of the cycles that are under way, by cycle id; the one that asks left out
 */
record Subject(
        ServerProcesses servers,
        ManagedProcess process,
        ImageRef image,
        List<Integer> pids,
        Map<String, String> upgrades) {

    Manifest running() {
        return process.manifest();
    }

    /** Empty when this agent does not understand it. */
    Optional<Manifest> next() {
        try {
            return Optional.of(image.manifest());
        } catch (YamlException e) {
            return Optional.empty();
        }
    }

    /** Its connections are in the agent's hands just now: what is seen of them says little, and nobody may meddle. */
    boolean isBeingUpgraded() {
        return upgrades.containsValue(process.processId());
    }

    ServerSockets sockets() {
        return ServerSockets.of(pids, running().ports());
    }

    /** "process 12" or "processes 12 and 13". */
    static String words(Collection<Integer> pids) {
        List<String> all = pids.stream().map(String::valueOf).toList();
        return all.size() == 1
                ? "process " + all.getFirst()
                : "processes " + String.join(", ", all.subList(0, all.size() - 1)) + " and " + all.getLast();
    }
}
