package dev.holdfast.acceptance.fleet;

import dev.holdfast.acceptance.demo.Progress;
import dev.holdfast.acceptance.process.Managers;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what many hosts cost their managers. */
@Command(
        name = "fleet",
        description = {
            "Measures what many hosts cost their managers: real managers and PostgreSQL, and simulated agents, each with a"
                    + " connection of its own. All register at once, are idle, go through an upgrade, and register again"
                    + " after a manager was killed.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the managers say of every host what its agent did",
            "1:they do not, or it could not be run; the reason is printed",
            "2:the command line is wrong"
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class FleetBench implements Callable<Integer> {
    private static final int COMPLAINTS_SHOWN = 10;
    /** Its pool for each has 10 connections, and the PostgreSQL that is started takes 50. */
    private static final int MOST_MANAGERS = 4;

    @Option(
            names = "--hosts",
            paramLabel = "N",
            required = true,
            converter = HostCount.class,
            description = "How many agents are simulated.")
    private int hosts;

    @Option(
            names = "--managers",
            paramLabel = "M",
            defaultValue = "1",
            description = "How many managers share them: 1 to 4. Default: ${DEFAULT-VALUE}.")
    private int managers;

    @Option(
            names = "--idle",
            paramLabel = "SECONDS",
            defaultValue = "20",
            description = "How long it is measured what idle hosts cost. Default: ${DEFAULT-VALUE}.")
    private int idleSeconds;

    @Option(
            names = "--kill-in-upgrade",
            description = "Kill the manager in the middle of a second upgrade, instead of while nothing happens.")
    private boolean killInUpgrade;

    @Option(names = "--json", description = "Print one JSON object; progress goes to standard error.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (managers < 1 || managers > MOST_MANAGERS) {
            throw new ParameterException(spec.commandLine(), "--managers: 1 to " + MOST_MANAGERS);
        }
        if (idleSeconds < 1) {
            throw new ParameterException(spec.commandLine(), "--idle: one second at the least");
        }
        Progress progress = new Progress(System.err);
        progress.say(managers == 1 ? "starting a manager" : "starting PostgreSQL and " + managers + " managers");
        try (Managers running = Managers.start(managers)) {
            return measure(running, progress);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return 1;
        }
    }

    private int measure(Managers running, Progress progress) throws InterruptedException {
        List<String> complaints = new ArrayList<>();
        var plan = new Trip.Plan(hosts, managers, Duration.ofSeconds(idleSeconds), killInUpgrade);
        try (Trip trip = new Trip(plan, running, progress)) {
            FleetResult result = trip.run(complaints);
            complaints.stream().limit(COMPLAINTS_SHOWN).forEach(System.err::println);
            if (json) {
                System.out.println(result.json());
            } else {
                result.print(System.out);
            }
            return result.wrongEndStates() == 0 ? 0 : 1;
        } catch (IOException | StatusException | StatusRuntimeException e) {
            System.err.println(e.getMessage() + "\n\nThe last lines of the logs:\n" + running.logs());
            return 1;
        }
    }
}
