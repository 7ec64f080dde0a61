package dev.holdfast.acceptance.trial;

import dev.holdfast.acceptance.process.Holds;
import dev.holdfast.acceptance.process.Installation;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;

/** Where a command plays: an installation with one agent, there for as long as the command runs. */
public final class Stage {
    private static final String HOST = "here";

    private Stage() {}

    /** What is played. */
    public interface Play {
        /**
         * Plays.
         *
         * @return the exit code
         */
        int on(Installation installation, String host) throws IOException, InterruptedException, StatusException;
    }

    /** What is played where the agent can be held up. */
    public interface PlayWithHolds {
        /**
         * Plays.
         *
         * @return the exit code
         */
        int on(Installation installation, String host, Holds holds)
                throws IOException, InterruptedException, StatusException;
    }

    /** Plays it; a failure is told on standard error and gives the exit code 1. */
    public static int run(Play play) throws InterruptedException {
        return installed(installation -> {
            installation.startAgent(HOST);
            return play.on(installation, HOST);
        });
    }

    /** As above, with an agent that can be held up. */
    public static int runWithHolds(PlayWithHolds play) throws InterruptedException {
        return installed(installation -> play.on(installation, HOST, installation.startAgentWithHolds(HOST)));
    }

    private interface Act {
        int on(Installation installation) throws IOException, InterruptedException, StatusException;
    }

    private static int installed(Act act) throws InterruptedException {
        try (Installation installation = Installation.start()) {
            return played(act, installation);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return 1;
        }
    }

    private static int played(Act act, Installation installation) throws InterruptedException {
        try {
            return act.on(installation);
        } catch (IOException | StatusException | StatusRuntimeException e) {
            // When it is being stopped, as by Ctrl-C, everything may fail.
            if (!installation.stopped()) {
                System.err.println(e.getMessage() + "\n\nThe last lines of the logs:\n" + installation.logs());
            }
            return 1;
        }
    }
}
