package dev.holdfast.manager.rollout;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What the planner says.
 *
 * @param actions all at once; when there are any, it is to be asked again with what they have changed
 * @param wake when it is to be asked again at the latest, though nothing has happened; empty for never
 * @param waitsFor for people: what the upgrade waits for
 * @param askHosts those whose queries are to be asked now and then
 * @param askWave the number of the one whose queries are to be asked now and then
 */
public record Step(
        List<Action> actions, Optional<Instant> wake, String waitsFor, Set<UUID> askHosts, Optional<Integer> askWave) {
    public Step {
        actions = List.copyOf(actions);
        askHosts = Set.copyOf(askHosts);
    }
}
