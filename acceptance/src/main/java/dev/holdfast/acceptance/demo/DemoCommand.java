package dev.holdfast.acceptance.demo;

import dev.holdfast.acceptance.load.Load;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.Listen;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.trial.Comparison;
import dev.holdfast.acceptance.trial.Stage;
import dev.holdfast.acceptance.trial.StepTimes;
import dev.holdfast.acceptance.trial.Trial;
import dev.holdfast.proto.admin.v1.Upgrade;
import io.grpc.StatusException;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows an upgrade under load, on the way that production takes. Exits with 0 only when nothing was lost or wrong. */
@Command(
        name = "demo",
        description = {
            "Replaces a server program under live clients and shows that none of them notices.",
            "",
            "Starts a manager with a database of its own and an agent, publishes two versions of a server, starts the"
                    + " first, connects clients that send numbered requests all the time, upgrades to the second, and"
                    + " counts what the clients saw. Everything is stopped and removed in the end.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every connection was kept and every answer was right",
            "1:something was lost or wrong, or could not be run; the reason is printed",
            "2:the command line is wrong"
        },
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long SHOWN_BEFORE_AND_AFTER_MILLIS = 2_000;

    @Option(
            names = "--server",
            paramLabel = "shop|redis|nginx",
            defaultValue = "shop",
            converter = ServerChoice.class,
            description = "What is upgraded: a small Java HTTP server from v1 to v2, redis from 6.2 to the installed"
                    + " one, or the installed nginx to another configuration. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private RealServer server;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "1000",
            converter = ClientCount.class,
            description = "How many clients, each on one connection. Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(names = "--json", description = "Print one JSON object; progress goes to standard error.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        if (server.missing().isPresent()) {
            System.err.println(server.missing().get());
            return 1;
        }
        Progress progress = new Progress(json ? System.err : System.out);
        progress.say("starting a manager, with a PostgreSQL of its own, and an agent");
        return Stage.run((installation, host) -> run(installation, host, progress));
    }

    private int run(Installation installation, String host, Progress progress)
            throws IOException, InterruptedException, StatusException {
        Listen listen = Listen.freeIpv4();
        Trial trial = Trial.start(installation, host, server, listen);
        progress.say("%s %s is running on %s, process %d"
                .formatted(
                        server.name(),
                        trial.from().version(),
                        listen,
                        trial.process().getPid()));
        try (Load load = trial.connect(connections)) {
            progress.say("%,d clients are connected and send numbered requests without pause".formatted(connections));
            load.start(client -> true, server.requestsPerSecond());
            Thread.sleep(SHOWN_BEFORE_AND_AFTER_MILLIS);
            progress.say("%,d answers until now; upgrading to %s"
                    .formatted(load.report().answered(), trial.to().version()));
            load.openWindow();
            Upgrade upgrade = trial.upgrade(event -> {
                if (!event.getCycleId().isEmpty()) {
                    progress.say("  " + event.getState() + " " + event.getDetail());
                }
            });
            progress.say("upgrade %s, process %d"
                    .formatted(state(upgrade), trial.process().getPid()));
            Thread.sleep(SHOWN_BEFORE_AND_AFTER_MILLIS);
            LoadReport report = load.finish(PATIENCE);
            progress.say("all requests are answered; counting");
            var outcomes = installation.admin().outcomes(upgrade.getId());
            return conclude(trial, upgrade, report, Comparison.of(report, upgrade, outcomes));
        }
    }

    private int conclude(Trial trial, Upgrade upgrade, LoadReport report, Comparison comparison) {
        DemoResult result =
                DemoResult.of(report, comparison, StepTimes.of(upgrade).millis());
        int both = report.answeredBy(trial.from().version(), trial.to().version());
        if (json) {
            System.out.println(result.json());
        } else {
            new DemoTable(System.out).print(result, server.name(), both);
        }
        report.complaints().forEach(System.err::println);
        comparison.disagreements().stream().limit(5).forEach(System.err::println);
        if (upgrade.getState() != Upgrade.State.STATE_DONE) {
            upgrade.getCyclesList()
                    .forEach(
                            cycle -> System.err.println("The upgrade is " + state(upgrade) + ": " + cycle.getReason()));
            return 1;
        }
        boolean good = result.lost() == 0
                && result.wrong() == 0
                && both == connections
                && comparison.disagreements().isEmpty();
        return good ? 0 : 1;
    }

    private static String state(Upgrade upgrade) {
        return upgrade.getState().name().replace("STATE_", "").toLowerCase(Locale.ROOT);
    }
}
