package dev.holdfast.manager.fleet;

import java.util.List;
import java.util.UUID;

/** Says from the rows what a host's agent is to do and has not reported yet. */
@FunctionalInterface
public interface CommandSource {
    List<Command> pending(UUID hostId);
}
