package dev.holdfast.acceptance.bench;

import dev.holdfast.acceptance.demo.ClientCount;
import dev.holdfast.acceptance.demo.Progress;
import dev.holdfast.acceptance.demo.ServerChoice;
import dev.holdfast.acceptance.load.Load;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.load.Newcomers;
import dev.holdfast.acceptance.load.Percentiles;
import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.Listen;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.trial.Comparison;
import dev.holdfast.acceptance.trial.Stage;
import dev.holdfast.acceptance.trial.StartChoice;
import dev.holdfast.acceptance.trial.StepTimes;
import dev.holdfast.acceptance.trial.Trial;
import dev.holdfast.common.manifest.Takeover;
import dev.holdfast.proto.admin.v1.Upgrade;
import io.grpc.StatusException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures one takeover of many connections, beside what plain reconnecting costs. */
@Command(
        name = "takeover",
        description = {
            "Measures an upgrade of a server with many connections: the time for each connection to be held, paused and"
                    + " grafted, the stall that active clients saw, and in the same run what it costs as many clients"
                    + " to connect again.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every connection was kept",
            "1:something was lost or wrong, or could not be run; the reason is printed",
            "2:the command line is wrong"
        },
        mixinStandardHelpOptions = true)
final class TakeoverBench implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long SETTLE_MILLIS = 1_000;

    @Option(
            names = "--server",
            paramLabel = "nginx|redis|shop",
            required = true,
            converter = ServerChoice.class,
            description = "What is upgraded.")
    @SuppressWarnings("NullAway.Init")
    private RealServer server;

    @Option(
            names = "--connections",
            paramLabel = "N",
            required = true,
            converter = ClientCount.class,
            description = "How many clients.")
    private int connections;

    @Option(
            names = "--active",
            paramLabel = "N",
            defaultValue = "200",
            description =
                    "How many of them send requests all the time; the others are idle. Default:" + " ${DEFAULT-VALUE}.")
    private int active;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many requests a second each of those sends. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--newcomers",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many other clients a second come, ask once and leave. Default: ${DEFAULT-VALUE}.")
    private int newcomers;

    @Option(
            names = "--start",
            paramLabel = "cold|warm",
            defaultValue = "cold",
            converter = StartChoice.class,
            description = "When the new server is started: after the old one has ended, or while it serves."
                    + " Default: ${DEFAULT-VALUE}.")
    private Takeover.Start start = Takeover.Start.COLD;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object; progress goes to standard error.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        if (rate < 1) {
            throw new ParameterException(spec.commandLine(), "--rate: one request a second at the least");
        }
        if (newcomers < 0) {
            throw new ParameterException(spec.commandLine(), "--newcomers: none at the least");
        }
        if (server.missing().isPresent()) {
            System.err.println(server.missing().get());
            return 1;
        }
        Progress progress = new Progress(System.err);
        progress.say("starting a manager and an agent");
        return Stage.run((installation, host) -> run(installation, host, progress));
    }

    private int run(Installation installation, String host, Progress progress)
            throws IOException, InterruptedException, StatusException {
        Trial trial = Trial.start(
                installation,
                host,
                server,
                Listen.freeIpv4(),
                image -> image.withTakeover("start", StartChoice.word(start)));
        int busy = Math.min(active, connections);
        Upgrade upgrade;
        LoadReport during;
        Percentiles backlog;
        LoadReport report;
        LoadReport came;
        progress.say("connecting %,d clients to %s".formatted(connections, server.name()));
        try (Load load = trial.connect(connections);
                Newcomers others =
                        Newcomers.everySecond(trial.listen().socketAddress(), server.protocol(), newcomers)) {
            load.start(client -> client < busy, busy * rate);
            Thread.sleep(SETTLE_MILLIS);
            progress.say("stopping the server for a moment, for comparison");
            backlog = new Standstill(trial, load).backlog();
            progress.say("upgrading");
            // Not while clients wait for their server.
            System.gc();
            load.openWindow();
            upgrade = trial.upgrade(event -> {});
            Thread.sleep(SETTLE_MILLIS);
            // What each is asked at the end, all at once, is no part of it.
            during = load.report();
            came = others.finish(PATIENCE);
            report = load.finish(PATIENCE);
        }
        Comparison comparison =
                Comparison.of(report, upgrade, installation.admin().outcomes(upgrade.getId()));
        progress.say("connecting as many again, for comparison");
        double reconnect = new Reconnect(trial, connections).microsPerConnection();
        BenchResult result = BenchResult.of(
                server.name(),
                start,
                busy,
                rate,
                newcomers,
                during.stall(),
                backlog,
                report,
                came,
                comparison,
                StepTimes.of(upgrade),
                reconnect);
        if (json) {
            System.out.println(result.json());
        } else {
            result.print(System.out);
        }
        report.complaints().forEach(System.err::println);
        came.complaints().forEach(System.err::println);
        comparison.disagreements().stream().limit(5).forEach(System.err::println);
        upgrade.getCyclesList().stream()
                .filter(cycle -> !cycle.getReason().isEmpty())
                .forEach(cycle -> System.err.println("The upgrade ended otherwise: " + cycle.getReason()));
        boolean good = result.lost() == 0
                && result.wrong() == 0
                && comparison.disagreements().isEmpty()
                && upgrade.getState() == Upgrade.State.STATE_DONE;
        return good ? 0 : 1;
    }
}
