package dev.holdfast.manager;

import dev.holdfast.common.address.HostPort;
import dev.holdfast.manager.postgres.PostgresException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code manager} command: runs a manager until it is told to stop. */
@Command(
        name = "manager",
        mixinStandardHelpOptions = true,
        description = "Runs the manager: keeps tenants, images, hosts and processes, and drives upgrades.",
        footer = "%nWhen it serves, it prints one line: manager ready: admin HOST:PORT, agents HOST:PORT")
@SuppressWarnings("NullAway.Init")
public final class ManagerMain implements Callable<Integer> {
    /** A start that takes longer than this is not waited for when the program is told to stop. */
    private static final int START_SECONDS = 30;

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:7600",
            converter = HostPortConverter.class,
            description = "Where operators call; port 0 is any free one. Default: ${DEFAULT-VALUE}")
    private HostPort admin;

    @Option(
            names = "--agents",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:7601",
            converter = HostPortConverter.class,
            description = "Where agents call; port 0 is any free one. Default: ${DEFAULT-VALUE}")
    private HostPort agents;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "This manager's own. Default: $HOLDFAST_DATA/manager, or ~/.holdfast/manager")
    private @Nullable Path dataDir;

    @Option(
            names = "--site-dir",
            paramLabel = "DIR",
            description =
                    "Bundles of images. Managers with the same --db-url share it. Default: site in the data directory")
    private @Nullable Path siteDir;

    @Option(
            names = "--db-url",
            paramLabel = "URL",
            description =
                    "jdbc:postgresql://HOST:PORT/NAME?user=…&password=…; without it a PostgreSQL of its own is run"
                            + " under the data directory")
    private @Nullable String dbUrl;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        ManagerConfig config = config();
        CompletableFuture<Manager> started = new CompletableFuture<>();
        // Before the start: a PostgreSQL that is just being started must not outlive this program.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> closeWhenStarted(started), "shutdown"));
        try (Manager manager = Manager.start(config)) {
            started.complete(manager);
            spec.commandLine()
                    .getOut()
                    .printf("manager ready: admin %s, agents %s%n", manager.admin(), manager.agents());
            spec.commandLine().getOut().flush();
            manager.awaitClosed();
            return CommandLine.ExitCode.OK;
        } catch (IOException | PostgresException e) {
            spec.commandLine().getErr().println(spec.qualifiedName() + ": " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        } finally {
            started.cancel(false);
        }
    }

    private static void closeWhenStarted(CompletableFuture<Manager> started) {
        try {
            started.get(START_SECONDS, TimeUnit.SECONDS).close();
        } catch (CancellationException | ExecutionException | TimeoutException | InterruptedException e) {
            // There is none to close.
        }
    }

    private ManagerConfig config() {
        if (dbUrl != null && !dbUrl.startsWith("jdbc:postgresql:")) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--db-url '" + dbUrl + "' is not jdbc:postgresql://HOST:PORT/NAME; only PostgreSQL can be used");
        }
        Path data = (dataDir == null ? Directories.data().resolve("manager") : dataDir)
                .toAbsolutePath()
                .normalize();
        Path site = siteDir == null
                ? data.resolve("site")
                : siteDir.toAbsolutePath().normalize();
        return new ManagerConfig(admin, agents, data, site, dbUrl, Directories.cache(), ManagerConfig.CHECK_PATIENCE);
    }

    static final class HostPortConverter implements CommandLine.ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String text) {
            try {
                return HostPort.parse(text);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(e.getMessage());
            }
        }
    }

    public static void main(String[] args) {
        // Standard output is for the ready line: logback's own default would write there.
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "dev/holdfast/manager/logback.xml");
        }
        System.exit(new CommandLine(new ManagerMain()).execute(args));
    }
}
