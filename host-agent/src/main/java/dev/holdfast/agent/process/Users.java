package dev.holdfast.agent.process;

import dev.holdfast.agent.linux.Passwd;
import dev.holdfast.agent.linux.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who a server runs as. */
final class Users {
    private Users() {}

    /**
     * The user of that name.
     *
     * @throws ProcessException when there is none, or when this agent may not start anything as that user
     */
    static Passwd startable(String name) {
        Passwd user = Passwd.of(name)
                .orElseThrow(() -> new ProcessException(
                        "There is no user '" + name + "' on this host: create it, or name another in the manifest"));
        int own = Processes.effectiveUid();
        if (own != 0 && own != user.uid()) {
            throw new ProcessException("The manifest asks for user '" + name + "', which only an agent that runs as"
                    + " root can start servers as: run the agent as root or as " + name
                    + ", or leave user out of the manifest");
        }
        return user;
    }

    /** What goes in front of a command to run it as that user: nothing for the agent's own. */
    static List<String> prefix(@Nullable String name) {
        if (name == null) {
            return List.of();
        }
        Passwd user = startable(name);
        if (user.uid() == Processes.effectiveUid()) {
            return List.of();
        }
        return List.of(setpriv(), "--reuid", "" + user.uid(), "--regid", "" + user.gid(), "--init-groups", "--");
    }

    private static String setpriv() {
        for (String place : List.of("/usr/bin/setpriv", "/bin/setpriv")) {
            if (Files.isExecutable(Path.of(place))) {
                return place;
            }
        }
        throw new ProcessException(
                "setpriv is not installed, and is needed to start servers as another user:" + " install util-linux");
    }
}
