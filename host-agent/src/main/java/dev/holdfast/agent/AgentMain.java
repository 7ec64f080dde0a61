package dev.holdfast.agent;

import dev.holdfast.agent.link.HostFacts;
import dev.holdfast.agent.process.Pace;
import dev.holdfast.agent.process.ProcessException;
import dev.holdfast.common.address.HostPort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code agent} command: runs an agent until it is told to stop. Its servers go on running then. */
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = "Runs the agent of this host: starts servers, watches them and upgrades them.",
        footer = "%nOnce it is registered, it prints one line: agent ready: NAME, manager HOST:PORT")
@SuppressWarnings("NullAway.Init")
public final class AgentMain implements Callable<Integer> {
    /** Only tests set it; docs/architecture.md. */
    private static final String FAULT = "holdfast.agent.fault";

    @Option(
            names = "--manager",
            paramLabel = "HOST:PORT",
            split = ",",
            splitSynopsisLabel = ",",
            defaultValue = "${env:HOLDFAST_AGENT_MANAGER:-127.0.0.1:7601}",
            converter = HostPortConverter.class,
            description =
                    "Where the manager listens for agents; of several, separated by commas, the agent is with one and"
                            + " goes on to the next when that is gone. Default: $HOLDFAST_AGENT_MANAGER, or 127.0.0.1:7601")
    private List<HostPort> managers;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What operators call this host. Default: its host name")
    private @Nullable String name;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Images, states and logs of the servers. Those that run as other users must be able to enter"
                    + " it. Default: $HOLDFAST_DATA/agent, or ~/.holdfast/agent")
    private @Nullable Path dataDir;

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description = "Told to the manager with the host; may be given several times")
    private Map<String, String> labels = Map.of();

    @Option(
            names = "--download-rate",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "Bytes a second at which bundles are fetched ahead of an upgrade, such as 20MiB; one that an"
                    + " upgrade waits for is fetched as fast as it goes. Default: no limit")
    private long downloadRate;

    @Option(
            names = "--disk-reserve",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "Stays free on the file system of --data-dir: a bundle that would take of it is not fetched."
                    + " Default: 1GiB, or a twentieth of a file system that is smaller than 20 GiB")
    private @Nullable Long diskReserve;

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(new CommandLine(new AgentMain()).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(() -> end(asked, ended), "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            AgentConfig config = config();
            AtomicBoolean told = new AtomicBoolean();
            try (Agent _ = Agent.start(config, manager -> ready(config, manager, told))) {
                asked.await();
            }
            return CommandLine.ExitCode.OK;
        } catch (IOException | ProcessException e) {
            spec.commandLine().getErr().println(spec.qualifiedName() + ": " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        } finally {
            ended.countDown();
        }
    }

    private AgentConfig config() throws IOException {
        Path data = dataDir == null ? defaultData().resolve("agent") : dataDir;
        String host = name == null ? HostFacts.hostname() : name;
        return new AgentConfig(
                managers,
                host,
                data.toAbsolutePath().normalize(),
                labels,
                new AgentConfig.Storage(new Pace(downloadRate), diskReserve),
                System.getProperty(FAULT, ""));
    }

    private static Path defaultData() {
        String named = System.getenv("HOLDFAST_DATA");
        return named == null || named.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".holdfast")
                : Path.of(named);
    }

    private void ready(AgentConfig config, HostPort manager, AtomicBoolean told) {
        if (told.compareAndSet(false, true)) {
            spec.commandLine().getOut().printf("agent ready: %s, manager %s%n", config.name(), manager);
            spec.commandLine().getOut().flush();
        }
    }

    /** The virtual machine must not end before the agent has. */
    private static void end(CountDownLatch asked, CountDownLatch ended) {
        asked.countDown();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
