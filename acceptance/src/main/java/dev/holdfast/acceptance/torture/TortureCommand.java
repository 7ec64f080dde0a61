package dev.holdfast.acceptance.torture;

import dev.holdfast.acceptance.demo.ClientCount;
import dev.holdfast.acceptance.demo.Progress;
import dev.holdfast.acceptance.process.Holds;
import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.trial.Stage;
import dev.holdfast.acceptance.trial.StartChoice;
import dev.holdfast.common.manifest.Takeover;
import io.grpc.StatusException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Upgrades a server again and again under clients of every kind. Exits with 0 only when nothing was lost or wrong. */
@Command(
        name = "torture",
        description = {
            "Upgrades a server back and forth, again and again, under clients of every kind, and checks that each request"
                    + " got exactly one right answer, in order, and that the report of each upgrade says what the clients"
                    + " saw.",
            "",
            "There are clients that ask without pause, think, send several requests at once or in pieces, are idle, or"
                    + " come and go; the shop also has slow and streamed answers and uploads, it and file servers have"
                    + " downloads. Everything is stopped and removed in the end.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every request got its answer, and every report was right",
            "1:something was lost, doubled, reordered, left hanging or reported wrongly, or could not be run",
            "2:the command line is wrong"
        },
        mixinStandardHelpOptions = true)
public final class TortureCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--server",
            paramLabel = "NAME",
            required = true,
            converter = ServerName.class,
            description = "What is upgraded: shop, redis, memcached, nginx, nginx4 (four workers), node, python,"
                    + " asyncio or jwebserver.")
    @SuppressWarnings("NullAway.Init")
    private RealServer server;

    @Option(
            names = "--clients",
            paramLabel = "N",
            required = true,
            converter = ClientCount.class,
            description = "How many clients.")
    private int clients;

    @Option(
            names = "--kinds",
            paramLabel = "KIND",
            split = ",",
            description =
                    "Only clients of these kinds, to narrow a failure down: busy, thinking, halting, idle,"
                            + " pipelining; of the shop also slow, streaming, uploading; of it and of file servers downloading.")
    private Set<String> kinds = Set.of();

    @Option(names = "--upgrades", paramLabel = "K", required = true, description = "How many upgrades.")
    private int upgrades;

    @Option(
            names = "--start",
            paramLabel = "WHEN",
            defaultValue = "cold",
            converter = StartChoice.class,
            description = "When the new server is started: cold, after the old one has ended, or warm, while it serves."
                    + " Default: ${DEFAULT-VALUE}.")
    private Takeover.Start start = Takeover.Start.COLD;

    @Option(
            names = "--kill",
            paramLabel = "WHO",
            defaultValue = "none",
            description = "Who is killed with SIGKILL in the middle of upgrades, and started again: agent, manager,"
                    + " server, postgres or none; or upgrade, which is aborted. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Victim victim;

    @Option(
            names = "--at",
            paramLabel = "WHEN",
            defaultValue = "random",
            description =
                    "When that is: random, at some time of about every second upgrade; boundaries, at the beginning"
                            + " of one step of the cycle after the other, one in each upgrade; calls, for agent and server:"
                            + " before and after each kernel call of the agent's cycles, once for each place in its code."
                            + " Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private At at;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Chooses the kinds of clients, the times and what is killed when. Default: a random number,"
                    + " which is printed.")
    private @Nullable Long seed;

    @Option(names = "--json", description = "Print one JSON object; progress goes to standard error.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        if (server.missing().isPresent()) {
            System.err.println(server.missing().get());
            return 1;
        }
        if (!Mix.kinds(server).containsAll(kinds)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "clients of " + server.name() + " are of the kinds " + String.join(", ", Mix.kinds(server)));
        }
        if (at == At.BOUNDARIES && upgrades < victim.steps().size()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "the %s can be killed at %d boundaries: --upgrades must be at least that"
                            .formatted(victim, victim.steps().size()));
        }
        if (at == At.CALLS && victim != Victim.AGENT && victim != Victim.SERVER) {
            throw new ParameterException(spec.commandLine(), "--at calls is for --kill agent and --kill server");
        }
        Progress progress = new Progress(json ? System.err : System.out);
        progress.say("starting a manager, with a PostgreSQL of its own, and an agent");
        return Stage.runWithHolds((installation, host, holds) -> run(installation, host, holds, progress));
    }

    private int run(Installation installation, String host, Holds holds, Progress progress)
            throws IOException, InterruptedException, StatusException {
        long chosen = seed == null ? ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE) : seed;
        Ordeal.Plan plan = new Ordeal.Plan(server, kinds, clients, upgrades, start, victim, at, chosen);
        Failures failures = new Failures(System.err, chosen);
        TortureResult result = new Ordeal(installation, host, holds, plan, progress, failures).run();
        if (json) {
            System.out.println(result.json());
        } else {
            result.print(System.out);
        }
        return result.good() ? 0 : 1;
    }
}
