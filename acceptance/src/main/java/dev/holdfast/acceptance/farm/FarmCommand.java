package dev.holdfast.acceptance.farm;

import dev.holdfast.acceptance.demo.ClientCount;
import dev.holdfast.acceptance.demo.Progress;
import dev.holdfast.acceptance.server.RealServer;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Upgrades in waves over several real agents. Exits with 0 only when nothing was lost and everything ended as it should. */
@Command(
        name = "farm",
        description = {
            "Upgrades nginx and redis in waves over several hosts, on one of which the new version does not start, and checks"
                    + " that the budget of failures is honoured, that what is to go back goes back, and that no client notices.",
            "",
            "Each host is a network namespace of this machine with its own address and an agent, which needs root and"
                    + " iproute2; for whoever is not root they are in a user namespace, where the machine allows that."
                    + " Everything is stopped and removed in the end.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every connection was kept, every report was right, every host ended as it should",
            "1:something was lost or wrong, or could not be run; the reason is printed",
            "2:the command line is wrong"
        },
        mixinStandardHelpOptions = true)
public final class FarmCommand implements Callable<Integer> {
    @Option(
            names = "--hosts",
            paramLabel = "N",
            defaultValue = "8",
            converter = HostCount.class,
            description = "How many hosts, 3 or more. Default: ${DEFAULT-VALUE}.")
    private int hosts;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "200",
            converter = ClientCount.class,
            description = "How many clients each server has. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(names = "--json", description = "Print one JSON object; progress goes to standard error.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        Optional<String> server = missingServer();
        if (server.isPresent()) {
            return refused(server.get());
        }
        Optional<String> network = Network.missing();
        if (network.isPresent()) {
            return UserNamespace.isInside() ? refused(network.get()) : inUserNamespace(network.get());
        }
        Progress progress = new Progress(json ? System.err : System.out);
        progress.say("starting a manager, with a PostgreSQL of its own, and %d agents".formatted(hosts));
        try (Farm farm = Farm.start(hosts)) {
            return run(farm, progress);
        } catch (IOException e) {
            return refused(String.valueOf(e.getMessage()));
        }
    }

    /** What this machine lacks. */
    static Optional<String> missing() throws InterruptedException {
        Optional<String> server = missingServer();
        return server.isPresent() ? server : Network.missing();
    }

    private static Optional<String> missingServer() {
        return Drill.SERVERS.stream()
                .map(RealServer::missing)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static int refused(String why) {
        System.err.println(why);
        return 1;
    }

    /** Where this user may make no networks. */
    private int inUserNamespace(String why) throws InterruptedException {
        Optional<String> missing = UserNamespace.missing();
        if (missing.isPresent()) {
            return refused(why + "\n" + missing.get());
        }
        List<String> arguments =
                new ArrayList<>(List.of("--hosts", String.valueOf(hosts), "--clients", String.valueOf(clients)));
        if (json) {
            arguments.add("--json");
        }
        try {
            return UserNamespace.run(UserNamespace.java(FarmCommand.class.getName(), arguments));
        } catch (IOException e) {
            return refused(String.valueOf(e.getMessage()));
        }
    }

    /** The same in a user namespace. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new FarmCommand()).execute(args));
    }

    private int run(Farm farm, Progress progress) throws InterruptedException {
        try {
            FarmResult result = new Drill(farm, clients, progress).run();
            if (json) {
                System.out.println(result.json());
            } else {
                result.print(System.out);
            }
            if (!result.good()) {
                System.err.println("The last lines of the logs:\n" + farm.logs());
            }
            return result.good() ? 0 : 1;
        } catch (IOException | StatusException | StatusRuntimeException e) {
            if (!farm.stopped()) {
                System.err.println(e.getMessage() + "\n\nThe last lines of the logs:\n" + farm.logs());
            }
            return 1;
        }
    }
}
