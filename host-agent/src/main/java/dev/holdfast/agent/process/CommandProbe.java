package dev.holdfast.agent.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Ready when a command exits with 0. */
final class CommandProbe implements Probe {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);
    private static final Duration KILL_WITHIN = Duration.ofSeconds(5);

    private final List<String> argv;
    private final Launch server;
    private final ProbeListener listener;
    private final Exits exits = new Exits();

    CommandProbe(List<String> argv, Launch server, ProbeListener listener) {
        this.argv = argv;
        this.server = server;
        this.listener = listener;
    }

    /** The time is kept by the caller, who interrupts. */
    @Override
    public Optional<String> attempt(Duration within) throws InterruptedException {
        Path output = server.logs().stderr().resolveSibling("ready.log");
        LogFiles logs = LogFiles.of(output, output);
        ProcessIdentity process = ProcessIdentity.of(Launcher.spawnStopped(server.with(argv, logs)));
        try {
            listener.command(process.pid());
            Launcher.resume(process.pid());
            while (exits.of(process).isEmpty()) {
                Thread.sleep(LOOK_AGAIN);
            }
        } finally {
            ProcessTree.of(process.pid()).killAll(exits, KILL_WITHIN);
        }
        String ended = exits.of(process).orElseThrow();
        return ended.equals(Exits.SUCCESS)
                ? Optional.empty()
                : Optional.of("the command " + String.join(" ", argv) + " " + ended + logs.lastWords());
    }
}
