package dev.holdfast.agent.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a server is started, with everything resolved.
 *
 * @param argv absolute program and arguments
 * @param user null for the agent's own
 * @param env the whole environment
 */
public record Launch(List<String> argv, @Nullable String user, Map<String, String> env, Path workdir, LogFiles logs) {
    public Launch {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
    }

    /** Another program as the same user, in the same place. */
    Launch with(List<String> otherArgv, LogFiles otherLogs) {
        return new Launch(otherArgv, user, env, workdir, otherLogs);
    }
}
